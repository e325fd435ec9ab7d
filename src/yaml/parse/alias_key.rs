//! Aliases as keys without the space that YAML asks for before the colon: `*name: value`.
//!
//! YAML 1.2 takes the colon for a part of the alias, so both parsers refuse the file. go-yaml, which is what kustomize, Flux, Argo CD and Helm read with, ends the name
//! before it. A third reading puts the space in where the refused alias stands. Must not know nodes.

use super::{
    build::{self, Failure},
    events::{Event, Events, Refusal, Second},
};
use crate::{text::SourceText, yaml::Stream};

/// So many aliases of this kind are looked at in one file; each costs another reading.
const MAX_KEYS: usize = 200;

/// Reads a text that was refused because of an alias; the refusal of the last reading if nothing helps.
pub(super) fn read(text: &SourceText, parsed: &str, refusal: Refusal) -> Result<Stream, Failure> {
    let mut refusal = refusal;
    let mut inserted: Vec<usize> = Vec::new();
    while let Some(colon) = colon_of_key(parsed, &refusal).filter(|_| inserted.len() < MAX_KEYS) {
        inserted.push(colon);
        let spaced = with_spaces(parsed, &inserted);
        match build::build(text, Shifted { events: Second::new(&spaced), inserted: &inserted }) {
            Err(Failure::Refused(next)) => refusal = next,
            result => return result,
        }
    }
    Err(Failure::Refused(refusal))
}

/// The colon behind the alias that was refused, if it is one that ends a key.
fn colon_of_key(text: &str, refusal: &Refusal) -> Option<usize> {
    if !refusal.message.contains("unknown anchor") {
        return None;
    }
    let rest = text.get(refusal.offset..)?.strip_prefix('*')?;
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let length = rest.find(|c| !is_name(c))?;
    let behind = rest.get(length..)?.strip_prefix(':')?;
    let ends = behind.is_empty() || behind.starts_with([' ', '\n', '\r']);
    (length > 0 && ends).then_some(refusal.offset + 1 + length)
}

/// The text with a space at each of these places, which go up.
fn with_spaces(text: &str, places: &[usize]) -> String {
    let mut spaced = String::with_capacity(text.len() + places.len());
    let mut from = 0;
    for &place in places {
        spaced.push_str(text.get(from..place).unwrap_or_default());
        spaced.push(' ');
        from = place;
    }
    spaced.push_str(text.get(from..).unwrap_or_default());
    spaced
}

/// Events of a text with spaces put in, with the places of the text without them.
struct Shifted<'s> {
    events: Second<'s>,
    inserted: &'s [usize],
}

impl Shifted<'_> {
    fn original(&self, offset: usize) -> usize {
        let before = self.inserted.iter().enumerate().filter(|(index, place)| **place + index < offset).count();
        offset - before
    }
}

impl Events for Shifted<'_> {
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
