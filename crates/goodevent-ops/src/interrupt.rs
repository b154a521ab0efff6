//! Reaction to Ctrl-C of commands that report their progress: they end gracefully, or are ended.

use std::{process, thread, time::Duration};

use goodevent_runtime::Shutdown;

/// A command that waits for a broker ends after this time.
const GRACE: Duration = Duration::from_secs(2);

/// The exit code of a command that ends by Ctrl-C, as shells have it.
const INTERRUPTED: i32 = 130;

/// Asks to end when the user interrupts the command. From now on the system does not end it.
pub(crate) fn interrupt() -> Shutdown {
    let stop = Shutdown::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            asked.trigger();
            // A thread, which goes on while the tasks are being ended.
            thread::spawn(|| {
                thread::sleep(GRACE);
                process::exit(INTERRUPTED);
            });
        }
    });
    stop
}
