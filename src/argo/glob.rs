//! The kinds of glob patterns that Argo CD uses, by translation to regular expressions.
//!
//! From github.com/gobwas/glob, github.com/bmatcuk/doublestar, Go's `path.Match` and Git's wildmatch. Must not know what is matched.

use regex::Regex;

/// Which library reads a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// gobwas/glob without separators, for the files of a directory: `*` matches slashes, too.
    Gobwas,
    /// gobwas/glob with `/` as separator, for repositories: `**` matches slashes.
    GobwasPaths,
    /// doublestar, for values files: `*` stays in one name, `**` as a name of its own stands for any number of directories.
    Doublestar,
    /// `path.Match`, for kinds and for the directories of a Git generator: `*` stays in one name; braces mean themselves.
    PathMatch,
    /// Git's pathspecs, for the files of a Git generator: `*` matches slashes, too; braces mean themselves.
    Pathspec,
}

impl Dialect {
    /// Whether a star stops at a slash.
    fn stays_in_name(self) -> bool {
        !matches!(self, Self::Gobwas | Self::Pathspec)
    }

    /// Whether `{a,b}` is a choice.
    fn has_choices(self) -> bool {
        !matches!(self, Self::PathMatch | Self::Pathspec)
    }

    /// Whether a character in front of a class turns it around.
    fn negates(self, c: char) -> bool {
        match self {
            Self::Gobwas | Self::GobwasPaths => c == '!',
            Self::PathMatch => c == '^',
            Self::Doublestar | Self::Pathspec => matches!(c, '!' | '^'),
        }
    }
}

/// A pattern, ready to be matched. One that cannot be read fits nothing.
#[derive(Clone, Debug)]
pub(super) struct Glob(Option<Regex>);

impl Glob {
    pub(super) fn new(dialect: Dialect, pattern: &str) -> Self {
        Self(translate(dialect, pattern).and_then(|regex| Regex::new(&regex).ok()))
    }

    /// Whether a text fits as a whole.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// Whether a text fits a pattern.
pub(super) fn matches(dialect: Dialect, pattern: &str, text: &str) -> bool {
    Glob::new(dialect, pattern).fits(text)
}

/// The regular expression for a pattern; `None` if it is none.
fn translate(dialect: Dialect, pattern: &str) -> Option<String> {
    let (one, any) = if dialect.stays_in_name() { ("[^/]", "[^/]*") } else { (".", ".*") };
    let mut regex = String::from("(?s)^");
    let mut depth = 0_usize;
    let mut chars = pattern.chars().peekable();
    let mut at_name = true;
    while let Some(c) = chars.next() {
        let starts_name = std::mem::replace(&mut at_name, c == '/');
        match c {
            '*' if chars.next_if_eq(&'*').is_some() => match dialect {
                Dialect::Doublestar if starts_name && chars.next_if_eq(&'/').is_some() => {
                    regex.push_str("(?:[^/]*/)*");
                    at_name = true;
                }
                Dialect::Doublestar if !starts_name || chars.peek().is_some() => regex.push_str(any),
                Dialect::PathMatch => regex.push_str(any),
                _ => regex.push_str(".*"),
            },
            '*' => regex.push_str(any),
            '?' => regex.push_str(one),
            '[' => class(dialect, &mut chars, &mut regex)?,
            '{' if dialect.has_choices() => {
                depth += 1;
                regex.push_str("(?:");
            }
            '}' if depth > 0 => {
                depth -= 1;
                regex.push(')');
            }
            ',' if depth > 0 => regex.push('|'),
            '\\' => regex.push_str(&literal(chars.next()?)),
            c => regex.push_str(&literal(c)),
        }
    }
    regex.push('$');
    Some(regex)
}

/// A class of characters, behind its `[`; `None` if it has no end.
fn class(dialect: Dialect, chars: &mut std::iter::Peekable<std::str::Chars<'_>>, regex: &mut String) -> Option<()> {
    regex.push('[');
    if chars.next_if(|c| dialect.negates(*c)).is_some() {
        regex.push('^');
    }
    // For Git a bracket in the first place stands for itself; for the others it makes the class a broken one.
    if let (Dialect::Pathspec, Some(bracket)) = (dialect, chars.next_if_eq(&']')) {
        regex.push_str(&literal(bracket));
    }
    loop {
        match chars.next()? {
            ']' => break,
            '-' => regex.push('-'),
            '\\' => regex.push_str(&literal(chars.next()?)),
            c => regex.push_str(&literal(c)),
        }
    }
    regex.push(']');
    Some(())
}

/// A character that stands for itself.
fn literal(c: char) -> String {
    regex::escape(c.encode_utf8(&mut [0; 4]))
}
