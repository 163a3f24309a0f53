//! The commands.
//!
//! Each command is a short function: load, call one flow, show what came of it.
