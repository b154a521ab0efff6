//! The command as a program.

use std::process::Command;

#[test]
fn an_unknown_command_is_an_error_with_the_list_of_commands() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).arg("tset").output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for command in ["generate", "test", "brokers", "bindings"] {
        assert!(text.lines().any(|line| line.trim_start().starts_with(command)), "{command}: {text}");
    }
}
