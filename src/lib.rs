//! luisterpost, a listening post for the safety team of a Dutch municipality.
