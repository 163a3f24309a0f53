//! Where log lines go: to standard error, one a line, without words of messages, names or addresses.

use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::SubscriberBuilder;

/// Starts logging.
///
/// `usual` is the level when `RUST_LOG` does not say otherwise: warnings for a command that a
/// person waits for, all that happens for the daemon. Under systemd the journal adds the time
/// itself; in a pipe there are no colours.
pub fn start(usual: LevelFilter) {
    let filter = EnvFilter::builder()
        .with_default_directive(usual.into())
        .from_env_lossy();
    let to_journal = std::env::var_os("JOURNAL_STREAM").is_some();
    let builder: SubscriberBuilder<_, _, EnvFilter, fn() -> std::io::Stderr> =
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_target(false)
            .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
            .with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = if to_journal {
        builder.without_time().try_init()
    } else {
        builder.try_init()
    };
    std::panic::set_hook(Box::new(tell_where));
}

/// Tells where a panic happened and nothing more: what it says may be words of a message, because
/// parsers of documents panic with what they were parsing.
fn tell_where(panic: &PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map_or_else(String::new, ToString::to_string);
    tracing::error!(panic.place = place, "a mistake of luisterpost itself");
}
