//! `read`: what a saved document says, without a visit.

use std::fs;
use std::io;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use crate::app::Examples;
use crate::cli::{Ended, Shell, json_line, listed, loaded};
use crate::connector::{self, Document};
use crate::source::{SourceId, SourceKind};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The kind of document: feed
    #[arg(long, required_unless_present = "source", conflicts_with = "source")]
    kind: Option<String>,
    /// The address it came from, for relative links
    #[arg(long, value_name = "URL", requires = "kind")]
    url: Option<Url>,
    /// Read it as this source of sources.toml would
    #[arg(long, value_name = "ID")]
    source: Option<String>,
    /// One JSON object a line, which is the only form
    #[arg(long)]
    json: bool,
    /// The saved document
    file: PathBuf,
}

/// One message, as data.
#[derive(Serialize)]
struct Line<'i> {
    id: &'i str,
    link: Option<&'i str>,
    title: &'i str,
    text: &'i str,
    published: Option<Timestamp>,
    updated: Option<Timestamp>,
}

/// Reads the document and writes its messages.
pub(crate) fn run(shell: &Shell, arguments: &Arguments) -> anyhow::Result<Ended> {
    let (kind, url) = match (&arguments.source, arguments.kind.as_deref()) {
        (Some(id), _) => {
            let app = loaded!(shell, Examples::Skip);
            match SourceId::parse(id).and_then(|id| app.sources.get(&id)) {
                Some(source) => (source.kind.clone(), source.url.clone()),
                None => {
                    shell.complain(
                        "unknown_source",
                        minijinja::context! { found => id, known => listed(app.sources.keys()) },
                    );
                    return Ok(Ended::Wrong);
                }
            }
        }
        (None, Some("feed")) => {
            // Without an address, relative links stay unknown: this host exists nowhere (RFC 2606).
            let unknown = || Url::parse("http://document.invalid/").expect("a constant address");
            let url = arguments.url.clone().unwrap_or_else(unknown);
            (
                SourceKind::Feed {
                    drop: vec!["blockquote".to_owned()],
                },
                url,
            )
        }
        (None, kind) => {
            shell.complain("read_kind", minijinja::context! { kind });
            return Ok(Ended::Wrong);
        }
    };
    let path = arguments.file.display().to_string();
    let bytes = fs::read(&arguments.file).with_context(|| format!("cannot read {path}"))?;
    let document = Document {
        cut: false,
        bytes: &bytes,
        content_type: None,
        url: &url,
    };
    let reading = match connector::read(&kind, &document) {
        Ok(reading) => reading,
        Err(error) => {
            shell.complain(
                "read_failed",
                minijinja::context! {
                    path, class => error.class().as_str(), detail => error.to_string(),
                    title => error.page_title(),
                },
            );
            return Ok(Ended::WithFailures);
        }
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    for item in &reading.items {
        let line = Line {
            id: &item.id,
            link: item.link.as_deref(),
            title: &item.title,
            text: &item.text,
            published: item.published,
            updated: item.updated,
        };
        json_line(&mut out, &line)?;
    }
    io::Write::flush(&mut out)?;
    Ok(Ended::Well)
}
