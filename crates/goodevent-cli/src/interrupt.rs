//! The end by Ctrl-C, or by the signal that asks a process to end: at once, but not amid files that are written together,
//! and with nothing left behind.

/// Ends this process when a signal asks for it, from now on.
#[cfg(unix)]
pub(crate) fn watch() {
    use std::{sync::Once, thread};

    use signal_hook::{
        consts::{SIGINT, SIGTERM},
        iterator::Signals,
        low_level::emulate_default_handler,
    };

    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        // Without it the system ends the process, and the next run removes what is left.
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
        thread::spawn(move || {
            for signal in signals.forever() {
                goodevent_build::abandon();
                // The caller sees that it was this signal.
                let _ = emulate_default_handler(signal);
            }
        });
    });
}

/// Elsewhere the system ends the process, and the next run removes what is left.
#[cfg(not(unix))]
pub(crate) fn watch() {}
