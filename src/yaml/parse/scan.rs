//! Finds tokens again in the text: blanks and comments, indicators, anchors and tags, the ends of scalars.
//!
//! The parser has already said that the text is YAML and what comes next; this only finds where it stands. Must not know nodes.

use std::borrow::Cow;

use crate::{text::Span, yaml::scalar::Style};

/// The byte order mark that some editors put before a file.
const BOM: char = '\u{feff}';

/// The text without its byte order mark.
pub(super) fn without_bom(text: &str) -> &str {
    text.strip_prefix(BOM).unwrap_or(text)
}

/// The text with line breaks for byte order marks that begin later documents, as where files with marks were put together: the parsers refuse them, and
/// nobody else does. Places stay the same.
pub(super) fn without_later_boms(text: &str) -> Cow<'_, str> {
    if !text.contains(BOM) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut begins = false;
    for line in text.split_inclusive('\n') {
        match line.strip_prefix(BOM).filter(|_| begins) {
            Some(rest) => {
                out.push_str("\n\n\n");
                out.push_str(rest);
            }
            None => out.push_str(line),
        }
        begins = line.trim_end() == "---";
    }
    Cow::Owned(out)
}

/// A place in the text, moving forward only, with the comments passed on the way.
pub(super) struct Cursor<'t> {
    text: &'t str,
    pub offset: usize,
    pub comments: Vec<Span>,
}

/// The header of a block scalar with what its end depends on.
struct Header {
    /// Explicit indentation, if given.
    indent: Option<usize>,
    keeps_breaks: bool,
    clips: bool,
    /// Where the content's first line starts.
    content: usize,
}

/// Where a scalar ends, and whether the parser's value carries a line break that the text does not have.
pub(super) struct ScalarEnd {
    pub span: Span,
    pub drop_final_break: bool,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str) -> Self {
        let offset = text.len() - without_bom(text).len();
        Self { text, offset, comments: Vec::new() }
    }

    fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes().get(self.offset).copied()
    }

    /// The next byte after trivia, which is passed.
    pub fn peek_token(&mut self) -> Option<u8> {
        self.skip_trivia();
        self.peek()
    }

    /// The length of the byte order mark before the text; the parser's offsets do not count it.
    pub fn bom_length(&self) -> usize {
        self.text.len() - without_bom(self.text).len()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    /// Passes blanks, line breaks and comments.
    pub fn skip_trivia(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.offset += 1,
                Some(b'#') if self.comment_may_start() => self.skip_comment(),
                Some(0xEF) if self.rest().starts_with(BOM) => self.offset += BOM.len_utf8(),
                _ => return,
            }
        }
    }

    fn comment_may_start(&self) -> bool {
        let before = self.offset.checked_sub(1).and_then(|before| self.bytes().get(before));
        before.is_none_or(|byte| {
            matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b'[' | b'{' | b']' | b'}' | b'"' | b'\'')
        }) || self.offset == self.bom_length()
    }

    fn skip_comment(&mut self) {
        let length = self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        // A place may be passed twice after a look ahead for an indicator that was not there.
        if self.comments.last().is_none_or(|last| last.end as usize <= self.offset) {
            self.comments.push(Span::new(self.offset, self.offset + length));
        }
        self.offset += length;
    }

    /// Passes an indicator that stands alone (before a blank, a line break or the end), if it is next after trivia; otherwise stays.
    pub fn take_spaced(&mut self, indicator: u8) -> bool {
        let before = self.offset;
        self.skip_trivia();
        let spaced = self.bytes().get(self.offset + 1).is_none_or(|next| matches!(next, b' ' | b'\t' | b'\n' | b'\r'));
        if self.peek() == Some(indicator) && spaced {
            self.offset += 1;
            return true;
        }
        self.offset = before;
        false
    }

    /// Passes an indicator if it is next after trivia; otherwise stays.
    pub fn take(&mut self, indicator: u8) -> bool {
        let before = self.offset;
        self.skip_trivia();
        if self.peek() == Some(indicator) {
            self.offset += 1;
            return true;
        }
        self.offset = before;
        false
    }

    /// Passes directives and the document start marker `---`; says whether there was a marker.
    pub fn take_document_start(&mut self) -> bool {
        let before = self.offset;
        self.skip_trivia();
        while self.peek() == Some(b'%') && self.column(self.offset) == 0 {
            self.offset += self.rest().find('\n').unwrap_or(self.rest().len());
            self.skip_trivia();
        }
        if self.at_marker(self.offset, "---") {
            self.offset += 3;
            return true;
        }
        self.offset = before;
        false
    }

    /// Passes the document end marker `...`, if it is next.
    pub fn take_document_end(&mut self) {
        let before = self.offset;
        self.skip_trivia();
        if self.at_marker(self.offset, "...") {
            self.offset += 3;
        } else {
            self.offset = before;
        }
    }

    fn at_marker(&self, offset: usize, marker: &str) -> bool {
        self.column(offset) == 0
            && self
                .text
                .get(offset..)
                .and_then(|rest| rest.strip_prefix(marker))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
    }

    /// Passes an anchor or alias (`&name`, `*name`) or a tag; gives its span without the indicator.
    pub fn take_property(&mut self, in_flow: bool) -> Span {
        let start = self.offset;
        let verbatim = self.rest().starts_with("!<");
        let ends = |c: char| match c {
            ' ' | '\t' | '\n' | '\r' => true,
            ',' | '[' | ']' | '{' | '}' => in_flow && !verbatim,
            _ => false,
        };
        let length = self.rest().find(ends).unwrap_or(self.rest().len());
        self.offset += length;
        Span::new(start + 1, self.offset)
    }

    /// The number of bytes between the start of the line and `offset`.
    pub fn column(&self, offset: usize) -> usize {
        let line = self.text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let line = if line == 0 { self.bom_length() } else { line };
        offset.saturating_sub(line)
    }

    /// Passes a scalar that starts here. `parent_indent` is the column of the block collection around it, `None` at the top. `None` if the text does not hold
    /// the value.
    pub fn take_scalar(&mut self, value: &str, style: Style, parent_indent: Option<usize>) -> Option<ScalarEnd> {
        let start = self.offset;
        let mut drop_final_break = false;
        let end = match style {
            Style::Plain => self.plain_end(value)?,
            Style::SingleQuoted => self.single_quoted_end()?,
            Style::DoubleQuoted => self.double_quoted_end()?,
            Style::Literal | Style::Folded => {
                let header = self.block_header()?;
                let end = self.block_end(&header, parent_indent);
                let is_empty = end < header.content;
                let ends_unbroken = end == self.text.len();
                drop_final_break = !header.keeps_breaks && (is_empty || header.clips && ends_unbroken);
                end
            }
        };
        self.offset = end;
        Some(ScalarEnd { span: Span::new(start, end), drop_final_break })
    }

    /// Walks over the value's words; between them the text may have any blanks and line breaks.
    fn plain_end(&self, value: &str) -> Option<usize> {
        if self.rest().starts_with(value) {
            return Some(self.offset + value.len());
        }
        let mut rest = self.rest();
        for word in value.split([' ', '\t', '\n']).filter(|word| !word.is_empty()) {
            rest = rest.trim_start_matches([' ', '\t', '\n', '\r']).strip_prefix(word)?;
        }
        Some(self.text.len() - rest.len())
    }

    fn single_quoted_end(&self) -> Option<usize> {
        let mut inside = self.rest().strip_prefix('\'')?;
        loop {
            let (_, after) = inside.split_once('\'')?;
            match after.strip_prefix('\'') {
                Some(rest) => inside = rest,
                None => return Some(self.text.len() - after.len()),
            }
        }
    }

    fn double_quoted_end(&self) -> Option<usize> {
        let inside = self.rest().strip_prefix('"')?.bytes();
        let mut escaped = false;
        for (index, byte) in inside.enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => return Some(self.offset + index + 2),
                _ => {}
            }
        }
        None
    }

    fn block_header(&mut self) -> Option<Header> {
        let mut header = Header { indent: None, keeps_breaks: false, clips: true, content: 0 };
        let line = self.rest().find('\n').map_or(self.rest().len(), |at| at + 1);
        header.content = self.offset + line;
        let text = self.rest().get(..line)?.strip_prefix(['|', '>'])?;
        for c in text.chars() {
            match c {
                '+' => (header.keeps_breaks, header.clips) = (true, false),
                '-' => header.clips = false,
                '1'..='9' => header.indent = c.to_digit(10).map(|digit| digit as usize),
                _ => break,
            }
        }
        if let Some(comment) = text.find(" #").or_else(|| text.find("\t#")) {
            let start = self.offset + 1 + comment + 1;
            self.comments.push(Span::new(start, start + text[comment + 1..].trim_end_matches(['\n', '\r']).len()));
        }
        Some(header)
    }

    /// The end of the block's last line that holds something (of its last line of all, if trailing breaks are kept), without the line break.
    fn block_end(&self, header: &Header, parent_indent: Option<usize>) -> usize {
        let mut indent = header.indent.map(|extra| parent_indent.unwrap_or(0) + extra);
        let mut end = header.content;
        let mut offset = header.content;
        while let Some(rest) = self.text.get(offset..).filter(|rest| !rest.is_empty()) {
            let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
            let line = rest[..length].trim_end_matches(['\n', '\r']);
            let spaces = line.len() - line.trim_start_matches(' ').len();
            let is_blank = spaces == line.len();
            if !is_blank {
                let least = parent_indent.map_or(0, |parent| parent + 1);
                let wanted = *indent.get_or_insert(spaces.max(least));
                if spaces < wanted || self.at_marker(offset, "---") || self.at_marker(offset, "...") {
                    break;
                }
            }
            if !is_blank || header.keeps_breaks || indent.is_some_and(|indent| spaces > indent) {
                end = offset + line.len();
            }
            offset += length;
        }
        if end == header.content && !header.keeps_breaks {
            // Nothing in the block: it ends with its header.
            return self.text[..header.content].trim_end_matches(['\n', '\r']).len();
        }
        end
    }
}
