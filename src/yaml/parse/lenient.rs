//! What YAML 1.2 refuses and go-yaml reads, which is what kustomize, Flux, Argo CD and Helm read with.
//!
//! Aliases as keys without the space that YAML asks for before the colon, `*name: value`: YAML takes the colon for a part of the alias, go-yaml ends the name before it.
//! And quoted texts over several lines that are not indented below their key: go-yaml does not look at the indentation. Where both parsers refuse a file because of one
//! of these, it is read again with spaces put in that change no value. Must not know nodes.

use super::{
    build::{self, Failure},
    events::{Event, Events, First, Refusal, Second},
};
use crate::{text::SourceText, yaml::Stream};

/// So many places of these kinds are looked at in one file; each costs another reading.
const MAX_READINGS: usize = 200;

/// Spaces that are put in before a byte of the text.
#[derive(Clone, Copy, Debug)]
struct Inserted {
    at: usize,
    spaces: usize,
}

/// Reads a text that both parsers refused; the refusal of the second one's last reading if nothing helps.
pub(super) fn read(text: &SourceText, parsed: &str, first: &Refusal, second: Refusal) -> Result<Stream, Failure> {
    let by_first =
        |spaced: &str, inserted: &[Inserted]| build::build(text, Shifted { events: First::new(spaced), inserted });
    match again(parsed, first.clone(), lines_of_quoted, by_first) {
        Err(Failure::Refused(_)) => again(parsed, second, colon_of_key, |spaced, inserted| {
            build::build(text, Shifted { events: Second::new(spaced), inserted })
        }),
        result => result,
    }
}

/// Reads a text again and again, with the spaces that help against the last refusal.
fn again(
    parsed: &str,
    mut refusal: Refusal,
    help: fn(&str, &Refusal) -> Option<Vec<Inserted>>,
    read: impl Fn(&str, &[Inserted]) -> Result<Stream, Failure>,
) -> Result<Stream, Failure> {
    let mut inserted: Vec<Inserted> = Vec::new();
    for _ in 0..MAX_READINGS {
        let more = help(parsed, &refusal).unwrap_or_default();
        // What was tried before does not help.
        let more: Vec<Inserted> =
            more.into_iter().filter(|one| !inserted.iter().any(|known| known.at == one.at)).collect();
        if more.is_empty() {
            break;
        }
        inserted.extend(more);
        inserted.sort_by_key(|one| one.at);
        match read(&with_spaces(parsed, &inserted), &inserted) {
            Err(Failure::Refused(next)) => refusal = next,
            result => return result,
        }
    }
    Err(Failure::Refused(refusal))
}

/// The colon behind the alias that was refused, if it is one that ends a key.
fn colon_of_key(text: &str, refusal: &Refusal) -> Option<Vec<Inserted>> {
    if !refusal.message.contains("unknown anchor") {
        return None;
    }
    let rest = text.get(refusal.offset..)?.strip_prefix('*')?;
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let length = rest.find(|c| !is_name(c))?;
    let behind = rest.get(length..)?.strip_prefix(':')?;
    let ends = behind.is_empty() || behind.starts_with([' ', '\n', '\r']);
    (length > 0 && ends).then(|| vec![Inserted { at: refusal.offset + 1 + length, spaces: 1 }])
}

/// The further lines of the quoted text that was refused, each to be indented below its quote. A mark between documents ends it also for go-yaml.
fn lines_of_quoted(text: &str, refusal: &Refusal) -> Option<Vec<Inserted>> {
    if !refusal.message.contains("invalid indentation in quoted scalar") {
        return None;
    }
    let start = refusal.offset;
    let end = closing_quote(text, start)?;
    let column = start - text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let lines: Vec<usize> = text.get(start..end)?.match_indices('\n').map(|(at, _)| start + at + 1).collect();
    let is_mark = |&at: &usize| {
        let line = text.get(at..).unwrap_or_default();
        let behind = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
        behind.is_some_and(|behind| behind.is_empty() || behind.starts_with([' ', '\t', '\n', '\r']))
    };
    let indented = |at: usize| Inserted { at, spaces: column + 1 };
    (!lines.iter().any(is_mark)).then(|| lines.into_iter().map(indented).collect())
}

/// Where the text ends that a quote opens.
fn closing_quote(text: &str, start: usize) -> Option<usize> {
    let quote = *text.as_bytes().get(start).filter(|byte| matches!(byte, b'\'' | b'"'))?;
    let mut bytes = text.bytes().enumerate().skip(start + 1).peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if quote == b'"' => _ = bytes.next(),
            b'\'' if quote == b'\'' && bytes.peek().is_some_and(|(_, next)| *next == b'\'') => _ = bytes.next(),
            byte if byte == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// The text with spaces at each of these places, which go up.
fn with_spaces(text: &str, places: &[Inserted]) -> String {
    let mut spaced = String::with_capacity(text.len() + places.iter().map(|one| one.spaces).sum::<usize>());
    let mut from = 0;
    for &Inserted { at, spaces } in places {
        spaced.push_str(text.get(from..at).unwrap_or_default());
        spaced.extend(std::iter::repeat_n(' ', spaces));
        from = at;
    }
    spaced.push_str(text.get(from..).unwrap_or_default());
    spaced
}

/// Events of a text with spaces put in, with the places of the text without them.
struct Shifted<'s, E> {
    events: E,
    inserted: &'s [Inserted],
}

impl<E> Shifted<'_, E> {
    fn original(&self, offset: usize) -> usize {
        let mut before = 0;
        for one in self.inserted {
            if one.at + before >= offset {
                break;
            }
            before += one.spaces.min(offset - one.at - before);
        }
        offset - before
    }
}

impl<E: Events> Events for Shifted<'_, E> {
    fn next(&mut self) -> Result<Event, Refusal> {
        match self.events.next() {
            Ok(Event::MappingStart { properties, brace }) => {
                Ok(Event::MappingStart { properties, brace: brace.map(|offset| self.original(offset)) })
            }
            Err(refusal) => Err(Refusal { offset: self.original(refusal.offset), message: refusal.message }),
            other => other,
        }
    }
}
