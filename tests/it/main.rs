//! The one integration binary: flows and edges through the public API.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stop the test that cannot go on"
)]

mod alerts;
mod audit;
mod canaries;
mod canary;
mod cli;
mod corpus_feeds;
mod daemon;
mod deliver;
mod discover;
mod drop;
mod faults;
mod feedback;

mod fetch;
mod fuzzing;
mod fuzzing_documents;
mod forget;
mod hold;
mod mail;
mod masking;
mod mastodon;
mod papers;
mod platforms;
mod poll;
mod report;
mod rights;
mod scoring;
mod settings;
mod sources;
mod stories;
mod tally;
mod store;
mod trust;
mod templates;
mod trying;
mod tidy;
mod web;
mod week; // A local web server whose answers a test writes.
mod withheld;
mod world; // A municipality with its files, its sources, and what it remembers.
