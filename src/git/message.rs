//! Commit messages: trailers and clean-up.
//!
//! Must not know what is committed.

/// Puts trailers (`Name: value`) at the end of a message, in a paragraph of their own or in the one that is there.
pub(super) fn with_trailers(message: &str, trailers: &[(String, String)]) -> String {
    let mut text = message.trim_end().to_owned();
    if trailers.is_empty() {
        return text;
    }
    text.push_str(if ends_with_trailers(&text) { "\n" } else { "\n\n" });
    for (name, value) in trailers {
        // A line break in a value would start a new trailer.
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        text.extend([name, ": ", &value, "\n"]);
    }
    text
}

/// Whether the last paragraph, which is not the first, consists of trailers only.
fn ends_with_trailers(message: &str) -> bool {
    let Some((_, last)) = message.rsplit_once("\n\n") else { return false };
    last.lines().all(|line| {
        line.split_once(": ").is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    })
}

/// Drops spaces at line ends and surplus empty lines, as `git commit -m` does; lines that start with `#` stay.
pub(super) fn tidy(message: &str) -> Result<String, git2::Error> {
    git2::message_prettify(message, None)
}
