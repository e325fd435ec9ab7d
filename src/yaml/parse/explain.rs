//! Says in words why a text is not YAML.
//!
//! The parsers name the rule of the grammar that failed; people need the cause. Each function below knows one cause, looks at the text around the place
//! where the parsers gave up, and is asked in the order in which one cause hides another. Must not know the parsers.

use super::{SyntaxError, SyntaxErrorKind as Kind, events::Refusal};
use crate::text::{SourceText, Span};

/// Words the refusal of both parsers.
pub(super) fn explain(text: &SourceText, first: &Refusal, second: &Refusal) -> SyntaxError {
    let place = Place::new(text, first.offset.max(second.offset).min(text.as_str().len()), &second.message);
    let causes = [
        too_deep,
        conflict_marker,
        unknown_alias,
        tab,
        key_under_dash,
        unclosed_quote,
        text_after_quote,
        needs_quotes,
        colon_in_value,
        indentation,
        unclosed_bracket,
    ];
    causes.iter().find_map(|cause| cause(&place)).unwrap_or_else(|| SyntaxError {
        kind: Kind::Other,
        span: place.line_content(),
        message: format!("not YAML: {}", cleaned(&second.message)),
        help: None,
        related: None,
    })
}

/// The parser's words without its own position.
fn cleaned(message: &str) -> &str {
    message.split(" at byte ").next().unwrap_or(message).trim_end_matches('.')
}

/// The lines around the place where the parsers gave up.
struct Place<'t> {
    text: &'t SourceText,
    offset: usize,
    /// What the parser said.
    message: &'t str,
    /// The number of the line, from 1.
    line: u32,
}

/// One line with its span.
#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    span: Span,
}

impl<'t> Line<'t> {
    fn indent(self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    fn is_blank(self) -> bool {
        let content = self.text.trim_start();
        content.is_empty() || content.starts_with('#')
    }

    /// The key at the start of the line, behind any dashes, with its offset in the line.
    fn key(self) -> Option<(usize, &'t str)> {
        let content = self.text.trim_start_matches([' ', '-']);
        let (key, after) = content.split_once(':')?;
        let is_key = !key.is_empty()
            && !key.contains(['"', '\'', '{', '[', '#', ' '])
            && (after.is_empty() || after.starts_with([' ', '\t', '\r']));
        is_key.then(|| (self.text.len() - content.len(), key))
    }

    fn part(self, start: usize, length: usize) -> Span {
        Span::new(self.span.start as usize + start, self.span.start as usize + start + length)
    }
}

impl<'t> Place<'t> {
    fn new(text: &'t SourceText, offset: usize, message: &'t str) -> Self {
        let position = text.position(u32::try_from(offset).unwrap_or(u32::MAX));
        let mut place = Self { text, offset, message, line: position.line };
        // Parsers often notice at the next token; the fault is then on the last line that holds something.
        while place.line > 1 && place.here().is_none_or(Line::is_blank) {
            place.line -= 1;
        }
        place
    }

    fn line(&self, number: u32) -> Option<Line<'t>> {
        let span = self.text.line_span(number)?;
        Some(Line { text: self.text.slice(span), span })
    }

    fn here(&self) -> Option<Line<'t>> {
        self.line(self.line)
    }

    /// The lines above, nearest first, blank ones left out.
    fn above(&self) -> impl Iterator<Item = Line<'t>> + '_ {
        (1..self.line).rev().filter_map(|number| self.line(number)).filter(|line| !line.is_blank())
    }

    /// The span of the line without its indentation.
    fn line_content(&self) -> Span {
        let Some(line) = self.here() else { return Span::at(self.offset) };
        let content = line.text.trim();
        if content.is_empty() { Span::at(self.offset) } else { line.part(line.indent(), content.len()) }
    }
}

/// The parsers have a limit of their own for flow collections, just below ours.
fn too_deep(place: &Place<'_>) -> Option<SyntaxError> {
    place.message.contains("recursion limit").then(|| SyntaxError::too_deep(place.offset))
}

fn unknown_alias(place: &Place<'_>) -> Option<SyntaxError> {
    if !place.message.contains("unknown anchor") {
        return None;
    }
    let line = place.here()?;
    let until = place.offset.checked_sub(line.span.start as usize)?.min(line.text.len());
    let star = line.text.get(..=until).unwrap_or(line.text).rfind('*')?;
    let name = line.text[star + 1..].split([' ', '\t', ',', ']', '}']).next()?;
    Some(SyntaxError::alias(
        line.part(star, name.len() + 1),
        format!("the alias `*{name}` has no anchor above it in this document"),
    ))
}

fn conflict_marker(place: &Place<'_>) -> Option<SyntaxError> {
    let lines = std::iter::once(place.here()).flatten().chain(place.above().take(200));
    let is_marker = |line: &Line<'_>| {
        ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|marker| line.text.starts_with(marker))
            || line.text == "======="
    };
    let line = lines.filter(is_marker).last()?;
    Some(SyntaxError {
        kind: Kind::ConflictMarker,
        span: line.span,
        message: "an unresolved merge conflict stands here".to_owned(),
        help: Some("resolve the conflict and remove its markers".to_owned()),
        related: None,
    })
}

fn tab(place: &Place<'_>) -> Option<SyntaxError> {
    let lines = place.here().into_iter().chain(place.above().take(1)).chain(key_that_continues(place));
    let (line, at) = lines.into_iter().find_map(|line| {
        let blank = line.text.len() - line.text.trim_start_matches([' ', '\t', '-']).len();
        Some((line, line.text[..blank].find('\t')?))
    })?;
    Some(SyntaxError {
        kind: Kind::Tab,
        span: line.part(at, 1),
        message: "a tab indents this line".to_owned(),
        help: Some("YAML allows only spaces for indentation: replace the tab by spaces".to_owned()),
        related: None,
    })
}

/// The line below, if it is a key behind a tab. To a parser it continues the plain value above, and that value is what it then refuses.
fn key_that_continues<'t>(place: &Place<'t>) -> Option<Line<'t>> {
    let below = place.line(place.line + 1)?;
    let content = below.text.trim_start_matches([' ', '\t', '-']);
    let is_key = content.split_once(':').is_some_and(|(key, after)| {
        !key.is_empty() && !key.contains([' ', '"', '\'']) && (after.is_empty() || after.starts_with(' '))
    });
    is_key.then_some(below)
}

/// A key on the column of the dash above it:
/// ```yaml
/// data:
///   - secretKey: TOKEN
///   remoteRef:
/// ```
fn key_under_dash(place: &Place<'_>) -> Option<SyntaxError> {
    let line = place.here()?;
    let indent = line.indent();
    if line.text[indent..].starts_with("- ") {
        return None;
    }
    let (_, key) = line.key()?;
    let dash = place.above().find(|above| above.indent() <= indent)?;
    if dash.indent() != indent || !dash.text[indent..].starts_with("- ") {
        return None;
    }
    let (wanted, first_key) = dash.key()?;
    Some(SyntaxError {
        kind: Kind::KeyUnderDash,
        span: line.part(indent, key.len()),
        message: format!("the key `{key}` is dedented to the dash of its list item"),
        help: Some(format!("indent it by {} more, in line with `{first_key}`", spaces(wanted - indent))),
        related: Some((dash.part(wanted, first_key.len()), format!("the item's first key is `{first_key}`"))),
    })
}

fn spaces(count: usize) -> String {
    if count == 1 { "1 space".to_owned() } else { format!("{count} spaces") }
}

/// A quote that is opened on this line or above and never closed.
fn unclosed_quote(place: &Place<'_>) -> Option<SyntaxError> {
    let at_end = place.text.as_str().get(place.offset..).is_none_or(|rest| rest.trim().is_empty());
    if !at_end && !place.message.contains("quoted scalar") {
        return None;
    }
    let lines = std::iter::once(place.here()).flatten().chain(place.above().take(400));
    let (line, at, quote) = lines.into_iter().find_map(|line| {
        let content = line.text.trim_start_matches([' ', '-']);
        let value = line.key().map_or(content, |(start, key)| line.text[start + key.len() + 1..].trim_start());
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let closed = value[1..].replace("\\\"", "").replace("''", "").contains(quote);
        (!closed).then(|| (line, line.text.len() - value.len(), quote))
    })?;
    let name = if quote == '"' { "double" } else { "single" };
    Some(SyntaxError {
        kind: Kind::Unclosed,
        span: line.part(at, 1),
        message: format!("the {name} quote opened here is never closed"),
        help: Some(format!("close it with `{quote}`, or double every quote that belongs to the text")),
        related: None,
    })
}

/// `name: "{{ include "chart.name" . }}"`: a quoted value that ends early.
fn text_after_quote(place: &Place<'_>) -> Option<SyntaxError> {
    let line = place.here()?;
    let (start, key) = line.key()?;
    let value = line.text[start + key.len() + 1..].trim();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let closing = 1 + value[1..].find(quote)?;
    let after = value[closing + 1..].trim_start();
    if after.is_empty() || after.starts_with(['#', quote, ',', '}', ']']) || value[..closing].ends_with('\\') {
        return None;
    }
    let at = line.text.trim_end().len() - after.len();
    Some(SyntaxError {
        kind: Kind::NeedsQuotes,
        span: line.part(at, after.len()),
        message: "text follows the quote that closes this value".to_owned(),
        help: Some("use the other kind of quotes around the whole value, or double the quotes inside of it".to_owned()),
        related: None,
    })
}

/// A value that starts with a character which YAML keeps for itself.
fn needs_quotes(place: &Place<'_>) -> Option<SyntaxError> {
    let line = place.here()?;
    let value = match line.key() {
        Some((start, key)) => line.text[start + key.len() + 1..].trim_start(),
        None => line.text.trim_start_matches([' ', '-']),
    };
    let first = value.chars().next()?;
    let cause = match first {
        '{' if value.starts_with("{{") => "`{{` opens two YAML mappings".to_owned(),
        '@' | '`' | '%' => format!("a value cannot start with `{first}`"),
        '*' | '&' => format!("`{first}` starts an alias or anchor"),
        '[' | ']' | '}' | ',' | '|' | '>' if !matches!(first, '[' | '|' | '>') => {
            format!("a value cannot start with `{first}`")
        }
        _ => return None,
    };
    let value = value.trim_end();
    Some(SyntaxError {
        kind: Kind::NeedsQuotes,
        span: line.part(line.text.trim_end().len() - value.len(), value.len()),
        message: format!("{cause}: this value needs quotes"),
        help: Some(format!("write `'{}'`", value.replace('\'', "''"))),
        related: None,
    })
}

/// `message: error: no such file`: a colon and blank inside of a value.
fn colon_in_value(place: &Place<'_>) -> Option<SyntaxError> {
    let line = place.here()?;
    let (start, key) = line.key()?;
    let value = line.text[start + key.len() + 1..].trim();
    if value.starts_with(['"', '\'', '|', '>', '{', '[', '&', '!', '#'])
        || !(value.contains(": ") || value.ends_with(':'))
    {
        return None;
    }
    let at = line.text.len() - line.text[start + key.len() + 1..].trim_start().len();
    Some(SyntaxError {
        kind: Kind::ColonInValue,
        span: line.part(at, value.len()),
        message: "a value without quotes cannot hold a colon followed by a blank".to_owned(),
        help: Some(format!("write `'{}'`", value.replace('\'', "''"))),
        related: None,
    })
}

/// A key whose column fits no mapping above it.
fn indentation(place: &Place<'_>) -> Option<SyntaxError> {
    let line = place.here()?;
    let indent = line.indent();
    let (start, key) = line.key()?;
    let above = place.above().next()?;
    let deeper_below_value = above.indent() < indent
        && above.key().is_some_and(|(at, name)| {
            let value = above.text[at + name.len() + 1..].trim();
            !value.is_empty() && !value.starts_with(['|', '>', '#', '&', '!'])
        });
    let columns: Vec<usize> = std::iter::successors(Some(usize::MAX), |_| None)
        .chain(place.above().take(400).filter_map(|line| line.key().map(|(at, _)| at)))
        .skip(1)
        .collect();
    let (message, help) = if deeper_below_value {
        let (_, name) = above.key()?;
        let message = format!("`{key}` is indented below `{name}`, which already has a value");
        (message, format!("align `{key}` with `{name}`, or remove the value of `{name}`"))
    } else if !columns.contains(&start) {
        let nearest = columns.iter().copied().min_by_key(|&column| (column.abs_diff(start), column))?;
        let message = format!("`{key}` stands on column {}, where no key above it stands", start + 1);
        (message, format!("the nearest keys above stand on column {}", nearest + 1))
    } else {
        return None;
    };
    Some(SyntaxError {
        kind: Kind::Indentation,
        span: line.part(start.max(indent), key.len()),
        message,
        help: Some(help),
        related: None,
    })
}

/// A bracket or brace that is open at the end.
fn unclosed_bracket(place: &Place<'_>) -> Option<SyntaxError> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut quote = None;
    let start = place.above().take(50).last().map_or(0, |line| line.span.start as usize);
    for (at, c) in place.text.as_str().get(start..place.offset)?.char_indices() {
        match (quote, c) {
            (Some(q), _) if q == c => quote = None,
            (None, '"') => quote = Some(c),
            (None, '[' | '{') => open.push((c, start + at)),
            (None, ']' | '}') => drop(open.pop()),
            (Some(_) | None, _) => {}
        }
    }
    let &(bracket, at) = open.last()?;
    let closing = if bracket == '[' { ']' } else { '}' };
    Some(SyntaxError {
        kind: Kind::Unclosed,
        span: Span::new(at, at + 1),
        message: format!("the `{bracket}` opened here is not closed where it should be"),
        help: Some(format!("close it with `{closing}`, and separate its entries with commas")),
        related: None,
    })
}
