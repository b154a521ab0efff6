//! Text that was made to hurt whatever shows, compiles or executes it.
#![allow(dead_code, reason = "each test uses a part of this")]

/// Pieces, each of which means something to a terminal, a build server, a compiler, a template or a browser.
pub(crate) const PIECES: [&str; 64] = [
    "::error::x",
    "::add-mask::x",
    "##[error]x",
    "##vso[task.setvariable variable=A]x",
    "##teamcity[a]",
    "\r",
    "\n",
    "\n::error::x",
    "\r\n  ::stop-commands::x",
    "\t",
    "\u{0}",
    "\u{7}",
    "\u{b}",
    "\u{c}",
    "\u{1b}[31m",
    "\u{1b}]0;title\u{7}",
    "\u{7f}",
    "\u{85}",
    "\u{9b}31m",
    "\u{61c}",
    "\u{200e}",
    "\u{200f}",
    "\u{2028}",
    "\u{2029}",
    "\u{202a}",
    "\u{202b}",
    "\u{202c}",
    "\u{202d}",
    "\u{202e}",
    "\u{2066}",
    "\u{2067}",
    "\u{2068}",
    "\u{2069}",
    "\u{feff}",
    "*/",
    "/*",
    "//",
    "-->",
    "<!--",
    "--!>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;&#60;&amp;",
    "`",
    "```\nstd::process::exit(1);\n```",
    "~~~",
    "    indented();",
    "|",
    "\"",
    "'",
    "'''",
    "\"\"\"",
    "\\",
    "\\u000a",
    "\\u002a\\u002f",
    "\\N{x}",
    "${a}",
    "$${a} $${{ %%{",
    "%{ if a }",
    "#{a}",
    "{{name}} {{{name}}}",
    "@deprecated @ts-nocheck {@link x}",
    "[x](javascript:alert(1)) ![x](y) [x]: y",
    "# h *b* _b_ ~~s~~ <https://a.b>",
];

/// Every piece: alone, at the start, within and at the end of a text; and all of them in one text.
pub(crate) fn texts() -> Vec<String> {
    let around =
        |piece: &&str| [(*piece).to_owned(), format!("a{piece} b"), format!("{piece}{piece} z"), format!("é {piece}")];
    PIECES.iter().flat_map(around).chain([all()]).collect()
}

/// All pieces in one text.
pub(crate) fn all() -> String {
    PIECES.join(" ")
}

/// Tests if a character acts on a terminal or on what stands beside it.
pub(crate) fn is_active(char: char) -> bool {
    matches!(char,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The first line that acts on a terminal, or that a build server executes.
pub(crate) fn effect(text: &str) -> Option<String> {
    let acts = |line: &str| {
        let start = line.trim_start();
        let is_place = start != line && start.starts_with("::: ");
        let servers = ["##[", "##vso[", "##teamcity["];
        line.contains(is_active)
            || (start.starts_with("::") && !is_place)
            || servers.iter().any(|own| line.contains(own))
    };
    text.split('\n').find(|line| acts(line)).map(|line| format!("{line:?}"))
}
