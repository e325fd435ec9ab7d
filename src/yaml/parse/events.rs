//! The one file that knows the YAML parser crates: turns what they deliver into [`Event`]s.
//!
//! The parser is yaml-rust2. It refuses some valid YAML (`a: [b: {c: d}]`), so where it reports an error granit-parser gives a second opinion, and only what
//! both refuse is an error. Neither marks ends, comments and absent values in the same way, so places are not taken from here: the builder finds them
//! again in the text. Must not know nodes.

use yaml_rust2::{
    parser as first,
    scanner::{Marker, TScalarStyle},
};

use crate::yaml::scalar::Style;

/// Where an anchor or tag is announced.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties {
    /// The parser's number of the anchor.
    pub anchor: Option<usize>,
    /// The resolved tag.
    pub tag: Option<String>,
}

/// One step through the structure of a stream.
#[derive(Clone, Debug)]
pub(super) enum Event {
    DocumentStart,
    DocumentEnd,
    /// A use of the anchor with this number.
    Alias(usize),
    Scalar {
        value: String,
        style: Style,
        properties: Properties,
    },
    SequenceStart(Properties),
    MappingStart {
        properties: Properties,
        /// The byte offset of the opening brace, if the mapping has one.
        brace: Option<usize>,
    },
    /// The end of a sequence or mapping.
    End,
    StreamEnd,
}

/// What a parser says about input that it refuses.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// Byte offset of the place.
    pub offset: usize,
    /// The parser's own words.
    pub message: String,
}

/// A source of events.
pub(super) trait Events {
    /// The next event; nothing is asked after [`Event::StreamEnd`].
    fn next(&mut self) -> Result<Event, Refusal>;
}

/// Events from yaml-rust2.
pub(super) struct First<'t> {
    parser: first::Parser<std::str::Chars<'t>>,
    offsets: Offsets<'t>,
}

impl<'t> First<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { parser: first::Parser::new_from_str(text).keep_tags(true), offsets: Offsets::new(text) }
    }
}

impl Events for First<'_> {
    fn next(&mut self) -> Result<Event, Refusal> {
        loop {
            let (event, mark) = self.parser.next_token().map_err(|error| Refusal {
                offset: self.offsets.byte(*error.marker()),
                message: error.info().to_owned(),
            })?;
            return Ok(match event {
                first::Event::Nothing | first::Event::StreamStart => continue,
                first::Event::StreamEnd => Event::StreamEnd,
                first::Event::DocumentStart => Event::DocumentStart,
                first::Event::DocumentEnd => Event::DocumentEnd,
                first::Event::Alias(anchor) => Event::Alias(anchor),
                first::Event::Scalar(value, style, anchor, tag) => {
                    Event::Scalar { value, style: first_style(style), properties: first_properties(anchor, tag) }
                }
                first::Event::SequenceStart(anchor, tag) => Event::SequenceStart(first_properties(anchor, tag)),
                // A block mapping is marked at its first colon, so a mark on a brace means that the brace opens the mapping.
                first::Event::MappingStart(anchor, tag) => Event::MappingStart {
                    properties: first_properties(anchor, tag),
                    brace: Some(self.offsets.byte(mark)),
                },
                first::Event::SequenceEnd | first::Event::MappingEnd => Event::End,
            });
        }
    }
}

fn first_style(style: TScalarStyle) -> Style {
    match style {
        TScalarStyle::Plain => Style::Plain,
        TScalarStyle::SingleQuoted => Style::SingleQuoted,
        TScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        TScalarStyle::Literal => Style::Literal,
        TScalarStyle::Folded => Style::Folded,
    }
}

fn first_properties(anchor: usize, tag: Option<first::Tag>) -> Properties {
    let tag = tag.map(|tag| format!("{}{}", tag.handle, tag.suffix));
    Properties { anchor: (anchor != 0).then_some(anchor), tag }
}

/// Events from granit-parser.
pub(super) struct Second<'t> {
    parser: granit_parser::Parser<'t, granit_parser::StrInput<'t>>,
}

impl<'t> Second<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { parser: granit_parser::Parser::new_from_str(text) }
    }
}

impl Events for Second<'_> {
    fn next(&mut self) -> Result<Event, Refusal> {
        use granit_parser::{Event as E, StructureStyle};
        loop {
            let Some(next) = self.parser.next_event() else { return Ok(Event::StreamEnd) };
            let (event, span) = next.map_err(|error| Refusal {
                offset: error.marker().byte_offset().unwrap_or_default(),
                message: error.info(),
            })?;
            return Ok(match event {
                E::StreamEnd => Event::StreamEnd,
                E::DocumentStart(..) => Event::DocumentStart,
                E::DocumentEnd => Event::DocumentEnd,
                E::Alias(anchor) => Event::Alias(anchor),
                E::UnresolvedAlias(_) => {
                    let offset = span.start.byte_offset().unwrap_or_default();
                    return Err(Refusal { offset, message: "unknown anchor".to_owned() });
                }
                E::Scalar(value, style, anchor, tag) => {
                    // A block scalar of line breaks alone has an empty span, too.
                    let is_plain = style == granit_parser::ScalarStyle::Plain;
                    let absent = is_plain && span.byte_range().is_some_and(|range| range.is_empty());
                    let value = if absent { String::new() } else { value.into_owned() };
                    Event::Scalar { value, style: second_style(style), properties: second_properties(anchor, tag) }
                }
                E::SequenceStart(_, anchor, tag) => Event::SequenceStart(second_properties(anchor, tag)),
                E::MappingStart(style, anchor, tag) => Event::MappingStart {
                    properties: second_properties(anchor, tag),
                    brace: span.start.byte_offset().filter(|_| style == StructureStyle::Flow),
                },
                E::SequenceEnd | E::MappingEnd => Event::End,
                // The start of the stream, comments and anchors, which the builder finds in the text itself.
                _ => continue,
            });
        }
    }
}

fn second_style(style: granit_parser::ScalarStyle) -> Style {
    use granit_parser::ScalarStyle as S;
    match style {
        S::Plain => Style::Plain,
        S::SingleQuoted => Style::SingleQuoted,
        S::DoubleQuoted => Style::DoubleQuoted,
        S::Literal => Style::Literal,
        S::Folded => Style::Folded,
    }
}

fn second_properties(anchor: usize, tag: Option<std::borrow::Cow<'_, granit_parser::Tag>>) -> Properties {
    Properties { anchor: (anchor != 0).then_some(anchor), tag: tag.map(|tag| tag.to_string()) }
}

/// Turns marks into byte offsets. A mark's index counts characters, but bytes in the lines of a block scalar, so it only holds for ASCII; line and column
/// hold for any text.
struct Offsets<'t> {
    text: &'t str,
    /// Where each line starts; empty for an ASCII text, which needs none.
    lines: Vec<usize>,
}

impl<'t> Offsets<'t> {
    fn new(text: &'t str) -> Self {
        let mut lines = Vec::new();
        if !text.is_ascii() {
            let bytes = text.as_bytes();
            let is_break = |&at: &usize| match bytes[at] {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            lines.push(0);
            lines.extend((0..bytes.len()).filter(is_break).map(|at| at + 1));
        }
        Self { text, lines }
    }

    fn byte(&self, mark: Marker) -> usize {
        let Some(&start) = mark.line().checked_sub(1).and_then(|line| self.lines.get(line)) else {
            return mark.index().min(self.text.len());
        };
        let line = self.text.get(start..).unwrap_or_default();
        start + line.chars().take(mark.col()).map(char::len_utf8).sum::<usize>()
    }
}
