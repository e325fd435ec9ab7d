//! Words and letters: case, wrapping, initials.

use super::{Group, exactly};
use crate::gotemplate::data::Data;

pub(super) const FUNCTIONS: Group = &[
    exactly("title", 1, |arguments| Ok(title(&arguments.string(0)?).into())),
    exactly("untitle", 1, |arguments| Ok(first_letters(&arguments.string(0)?, |c| c.to_lowercase().collect()).into())),
    exactly("nospace", 1, |arguments| {
        Ok(arguments.string(0)?.chars().filter(|c| !c.is_whitespace()).collect::<String>().into())
    }),
    exactly("initials", 1, |arguments| {
        let text = arguments.string(0)?;
        Ok(text.split_whitespace().filter_map(|word| word.chars().next()).collect::<String>().into())
    }),
    exactly("swapcase", 1, |arguments| Ok(swap_case(&arguments.string(0)?).into())),
    exactly("snakecase", 1, |arguments| Ok(joined_words(&arguments.string(0)?, '_').into())),
    exactly("kebabcase", 1, |arguments| Ok(joined_words(&arguments.string(0)?, '-').into())),
    exactly("camelcase", 1, |arguments| Ok(pascal_case(&arguments.string(0)?).into())),
    exactly("wrap", 2, |arguments| {
        let (width, text) = (arguments.int(0)?, arguments.string(1)?);
        Ok(wrap(&text, width, "\n", false))
    }),
    exactly("wrapWith", 3, |arguments| {
        let (width, separator, text) = (arguments.int(0)?, arguments.string(1)?, arguments.string(2)?);
        arguments.reserve(text.len().saturating_mul(separator.len() + 1))?;
        Ok(wrap(&text, width, if separator.is_empty() { "\n" } else { &separator }, true))
    }),
];

/// The first letter of each word in upper case, as `strings.Title` finds words.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = ' ';
    for c in text.chars() {
        let separates = if previous.is_ascii() {
            !(previous.is_ascii_alphanumeric() || previous == '_')
        } else {
            !previous.is_alphanumeric() && previous.is_whitespace()
        };
        if separates {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        previous = c;
    }
    out
}

fn first_letters(text: &str, change: fn(char) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut first = true;
    for c in text.chars() {
        if c.is_whitespace() {
            first = true;
            out.push(c);
        } else if first {
            first = false;
            out.push_str(&change(c));
        } else {
            out.push(c);
        }
    }
    out
}

fn swap_case(text: &str) -> String {
    text.chars()
        .flat_map(|c| -> Vec<char> {
            if c.is_uppercase() { c.to_lowercase().collect() } else { c.to_uppercase().collect() }
        })
        .collect()
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || c.is_whitespace()
}

/// `http_server` becomes `HttpServer`; connectors at the ends stay.
fn pascal_case(text: &str) -> String {
    let mut chars = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next_if(|c| is_connector(*c)) {
        out.push(c);
    }
    let Some(first) = chars.next() else { return out };
    // Of a word in upper case only the first letter stays so.
    let mut after_upper = first.is_uppercase();
    let mut held: Vec<char> = first.to_uppercase().collect();
    let mut last = first;
    for c in chars {
        if is_connector(c) && is_connector(last) {
            out.extend(held.drain(..));
            held.push(c);
        } else if is_connector(last) {
            after_upper = c.is_uppercase();
            held = c.to_uppercase().collect();
        } else {
            out.extend(held.drain(..));
            if after_upper && c.is_uppercase() {
                held.extend(c.to_lowercase());
            } else {
                after_upper = false;
                held.push(c);
            }
        }
        last = c;
    }
    out.extend(held);
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Number,
    Upper,
    Letters,
    Connector,
    Punctuation,
    Other,
}

fn kind(c: char) -> Word {
    match c {
        c if is_connector(c) => Word::Connector,
        c if c.is_ascii_punctuation() && !matches!(c, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~') => {
            Word::Punctuation
        }
        c if c.is_uppercase() => Word::Upper,
        c if c.is_alphabetic() => Word::Letters,
        c if c.is_numeric() => Word::Number,
        _ => Word::Other,
    }
}

/// The first word and the rest: `HTTPStatus` begins with `HTTP`, `Status` is one word.
fn next_word(text: &str) -> Found<'_> {
    let first = kind(text.chars().next()?);
    let kinds: Vec<(usize, Word)> = text.char_indices().map(|(at, c)| (at, kind(c))).collect();
    let same = |wanted: Word, from: usize| {
        kinds.iter().skip(from).position(|(_, kind)| *kind != wanted).map_or(kinds.len(), |length| from + length)
    };
    let end = match first {
        Word::Upper => match kinds.get(1).map(|(_, kind)| *kind) {
            Some(Word::Upper) => {
                let end = same(Word::Upper, 1);
                if kinds.get(end).is_some_and(|(_, kind)| *kind == Word::Letters) { end - 1 } else { end }
            }
            Some(Word::Letters) => same(Word::Letters, 1),
            _ => 1,
        },
        kind => same(kind, 0),
    };
    let at = kinds.get(end).map_or(text.len(), |(at, _)| *at);
    let (word, rest) = text.split_at(at);
    Some((first, word, rest))
}

type Found<'a> = Option<(Word, &'a str, &'a str)>;

/// Whether a connector goes before this word.
fn joins(kind: Option<Word>) -> bool {
    kind.is_some_and(|kind| !matches!(kind, Word::Connector | Word::Punctuation))
}

/// Letters and digits after a number belong to it.
fn take_letters<'a>(out: &mut String, mut next: Found<'a>, connector: char) -> Found<'a> {
    while let Some((Word::Letters | Word::Number, word, rest)) = next {
        out.push_str(word);
        next = next_word(rest);
    }
    if joins(next.map(|(kind, ..)| kind)) {
        out.push(connector);
    }
    next
}

/// Words in lower case with a connector between them: `FooBar2Go` becomes `foo_bar_2go`, as the library behind sprig decides where numbers belong.
fn joined_words(text: &str, connector: char) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let Some((mut kind, mut word, mut rest)) = next_word(text) else { return out };
    let lower = |out: &mut String, kind: Word, word: &str| match kind {
        Word::Upper => out.push_str(&word.to_lowercase()),
        Word::Connector => out.extend(word.chars().map(|_| connector)),
        _ => out.push_str(word),
    };
    loop {
        if rest.is_empty() {
            lower(&mut out, kind, word);
            return out;
        }
        if kind != Word::Connector {
            lower(&mut out, kind, word);
        }
        let (previous, last) = (kind, word);
        let mut next = next_word(rest);
        match previous {
            Word::Number => next = take_letters(&mut out, next, connector),
            Word::Connector => lower(&mut out, previous, last),
            Word::Punctuation => {}
            _ => match next {
                Some((Word::Number, number, after)) if !after.is_empty() => {
                    next = next_word(after);
                    if next.is_some_and(|(kind, ..)| kind == Word::Letters) {
                        out.push(connector);
                        out.push_str(number);
                        next = take_letters(&mut out, next, connector);
                    } else {
                        out.push_str(number);
                        if joins(next.map(|(kind, ..)| kind)) {
                            out.push(connector);
                        }
                    }
                }
                Some((Word::Number, ..)) => {}
                Some((kind, ..)) if joins(Some(kind)) => out.push(connector),
                _ => {}
            },
        }
        let Some(found) = next else { return out };
        (kind, word, rest) = found;
    }
}

/// Breaks at spaces so that lines have `width` bytes at most; words that are longer are broken on demand only.
fn wrap(text: &str, width: i64, separator: &str, breaks_words: bool) -> Data {
    let width = usize::try_from(width).unwrap_or(1).max(1);
    let bytes = text.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut offset = 0;
    while bytes.len() - offset > width {
        let rest = &bytes[offset..];
        if rest.first() == Some(&b' ') {
            offset += 1;
            continue;
        }
        let space = rest[..=width].iter().rposition(|byte| *byte == b' ');
        let later = || rest[width..].iter().position(|byte| *byte == b' ').map(|at| at + width);
        let (end, skip) = match (space, breaks_words) {
            (Some(at), _) => (at, 1),
            (None, true) => (width, 0),
            (None, false) => {
                let Some(at) = later() else { break };
                (at, 1)
            }
        };
        out.extend_from_slice(&rest[..end]);
        out.extend_from_slice(separator.as_bytes());
        offset += end + skip;
    }
    out.extend_from_slice(&bytes[offset..]);
    String::from_utf8_lossy(&out).into_owned().into()
}
