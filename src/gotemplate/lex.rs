//! The words of a template: text outside of the delimiters, and operands, operators and keywords inside.
//!
//! Owns delimiters, comments, trim markers and literals. Must not know how words go together.

use super::Error;

/// What a word is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// Text that is copied, trimmed where a marker asks for it.
    Text(String),
    LeftDelim,
    RightDelim,
    Space,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    Pipe,
    LeftParen,
    RightParen,
    Comma,
    Dot,
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    /// `.name`, without the dot.
    Field(String),
    /// `$name`, with the dollar.
    Variable(String),
    Identifier(String),
    Keyword(Keyword),
    End,
}

/// Words that the language keeps for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Range,
    Template,
    With,
}

/// A word and the byte where it begins.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub at: usize,
}

/// Splits a template into words; the last one is [`Kind::End`].
pub(super) fn lex(text: &str, left: &str, right: &str) -> Result<Vec<Token>, Error> {
    let mut lexer = Lexer { text, left, right, at: 0, tokens: Vec::new() };
    lexer.run()?;
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    text: &'a str,
    left: &'a str,
    right: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, kind: Kind, at: usize) {
        self.tokens.push(Token { kind, at });
    }

    fn error<T>(&self, at: usize, message: impl Into<String>) -> Result<T, Error> {
        Err(Error::new(self.text, at, message))
    }

    fn run(&mut self) -> Result<(), Error> {
        let mut trim_next = false;
        loop {
            let rest = self.rest();
            let Some(found) = rest.find(self.left) else {
                let text = if trim_next { rest.trim_start_matches(SPACE) } else { rest };
                if !text.is_empty() {
                    self.push(Kind::Text(text.to_owned()), self.at);
                }
                self.at = self.text.len();
                self.push(Kind::End, self.at);
                return Ok(());
            };
            let inside = &rest[found + self.left.len()..];
            let trims = inside.starts_with('-') && inside[1..].starts_with(SPACE);
            let mut text = &rest[..found];
            if trim_next {
                text = text.trim_start_matches(SPACE);
            }
            if trims {
                text = text.trim_end_matches(SPACE);
            }
            if !text.is_empty() {
                self.push(Kind::Text(text.to_owned()), self.at);
            }
            let opened = self.at + found;
            self.at = opened + self.left.len() + if trims { 2 } else { 0 };
            // The marker is the dash and one space; a comment may follow at once.
            trim_next = if self.rest().starts_with("/*") { self.comment(opened)? } else { self.action(opened)? };
        }
    }

    /// Skips a comment; tells whether the text after it is trimmed.
    fn comment(&mut self, opened: usize) -> Result<bool, Error> {
        let Some(end) = self.rest().find("*/") else { return self.error(opened, "the comment is not closed") };
        self.at += end + 2;
        match self.right_delim() {
            Some(trims) => Ok(trims),
            None => self.error(opened, format!("`{}` must follow the end of the comment", self.right)),
        }
    }

    /// Passes the closing delimiter, if it stands here; tells whether it trims.
    fn right_delim(&mut self) -> Option<bool> {
        let rest = self.rest();
        if rest.starts_with(SPACE) && rest[1..].starts_with('-') && rest[2..].starts_with(self.right) {
            self.at += 2 + self.right.len();
            return Some(true);
        }
        rest.starts_with(self.right).then(|| {
            self.at += self.right.len();
            false
        })
    }

    fn action(&mut self, opened: usize) -> Result<bool, Error> {
        self.push(Kind::LeftDelim, opened);
        let mut parens = 0_usize;
        loop {
            let at = self.at;
            if let Some(trims) = self.right_delim() {
                if parens > 0 {
                    return self.error(at, "a parenthesis is not closed");
                }
                self.push(Kind::RightDelim, at);
                return Ok(trims);
            }
            let Some(c) = self.peek() else { return self.error(opened, "the action is not closed") };
            match c {
                '(' => parens += 1,
                ')' if parens == 0 => return self.error(at, "unexpected `)`"),
                ')' => parens -= 1,
                _ => {}
            }
            let kind = self.word(c)?;
            self.push(kind, at);
        }
    }

    fn word(&mut self, c: char) -> Result<Kind, Error> {
        let at = self.at;
        let rest = self.rest();
        let single = match c {
            '=' => Some(Kind::Assign),
            '|' => Some(Kind::Pipe),
            '(' => Some(Kind::LeftParen),
            ')' => Some(Kind::RightParen),
            ',' => Some(Kind::Comma),
            _ => None,
        };
        if let Some(kind) = single {
            self.at += 1;
            return Ok(kind);
        }
        match c {
            ' ' | '\t' | '\r' | '\n' => {
                self.spaces();
                Ok(Kind::Space)
            }
            ':' if rest.starts_with(":=") => {
                self.at += 2;
                Ok(Kind::Declare)
            }
            ':' => self.error(at, "expected `:=`"),
            '"' => self.quoted('"'),
            '\'' => self.character(),
            '`' => {
                let Some(end) = rest[1..].find('`') else { return self.error(at, "the raw string is not closed") };
                self.at += end + 2;
                Ok(Kind::Str(rest[1..=end].to_owned()))
            }
            '$' => {
                self.at += 1;
                let name = self.name()?;
                Ok(Kind::Variable(format!("${name}")))
            }
            '.' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                self.at += 1;
                let name = self.name()?;
                Ok(if name.is_empty() { Kind::Dot } else { Kind::Field(name) })
            }
            '.' | '+' | '-' | '0'..='9' => self.number(),
            c if is_word(c) => Ok(keyword_or_identifier(self.name()?)),
            c => self.error(at, format!("unexpected `{}`", c.escape_debug())),
        }
    }

    /// Spaces, but not the one that belongs to a trim marker.
    fn spaces(&mut self) {
        while self.rest().starts_with(SPACE) {
            let rest = self.rest();
            if rest[1..].starts_with('-') && rest[2..].starts_with(self.right) {
                return;
            }
            self.at += 1;
        }
    }

    /// Letters and digits, which something must follow that can end a name.
    fn name(&mut self) -> Result<String, Error> {
        let rest = self.rest();
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        self.at += end;
        let after = self.rest();
        let ends = after.is_empty()
            || after.starts_with(SPACE)
            || after.starts_with(['.', ',', '|', ':', ')', '('])
            || after.starts_with(self.right);
        if ends {
            Ok(rest[..end].to_owned())
        } else {
            let c = after.chars().next().unwrap_or_default();
            self.error(self.at, format!("unexpected `{}`", c.escape_debug()))
        }
    }

    fn quoted(&mut self, quote: char) -> Result<Kind, Error> {
        let at = self.at;
        let rest = &self.rest()[1..];
        let mut escaped = false;
        for (index, c) in rest.char_indices() {
            match c {
                '\n' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                c if c == quote => {
                    self.at += index + 2;
                    return match unquote(&rest[..index], quote) {
                        Some(text) => Ok(Kind::Str(text)),
                        None => self.error(at, "the string has an escape that Go does not know"),
                    };
                }
                _ => {}
            }
        }
        self.error(at, "the string is not closed")
    }

    fn character(&mut self) -> Result<Kind, Error> {
        let at = self.at;
        let Kind::Str(text) = self.quoted('\'')? else { return self.error(at, "malformed character constant") };
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(Kind::Int(i64::from(u32::from(c)))),
            _ => self.error(at, "a character constant holds one character"),
        }
    }

    fn number(&mut self) -> Result<Kind, Error> {
        let at = self.at;
        let rest = self.rest();
        let mut end = usize::from(rest.starts_with(['+', '-']));
        let hex = rest[end..].starts_with("0x") || rest[end..].starts_with("0X");
        let mut previous = ' ';
        for c in rest[end..].chars() {
            let exponent = if hex { matches!(previous, 'p' | 'P') } else { matches!(previous, 'e' | 'E') };
            if !(is_word(c) || c == '.' || exponent && matches!(c, '+' | '-')) {
                break;
            }
            end += c.len_utf8();
            previous = c;
        }
        self.at += end;
        match parse_number(&rest[..end]) {
            Some(kind) => Ok(kind),
            None => self.error(at, format!("`{}` is no number", &rest[..end])),
        }
    }
}

fn keyword_or_identifier(word: String) -> Kind {
    match word.as_str() {
        "true" => Kind::Bool(true),
        "false" => Kind::Bool(false),
        "nil" => Kind::Nil,
        "block" => Kind::Keyword(Keyword::Block),
        "break" => Kind::Keyword(Keyword::Break),
        "continue" => Kind::Keyword(Keyword::Continue),
        "define" => Kind::Keyword(Keyword::Define),
        "else" => Kind::Keyword(Keyword::Else),
        "end" => Kind::Keyword(Keyword::End),
        "if" => Kind::Keyword(Keyword::If),
        "range" => Kind::Keyword(Keyword::Range),
        "template" => Kind::Keyword(Keyword::Template),
        "with" => Kind::Keyword(Keyword::With),
        _ => Kind::Identifier(word),
    }
}

/// Reads a number as Go's constants are written. Imaginary ones are no use in a text and refused.
fn parse_number(text: &str) -> Option<Kind> {
    if let Some(int) = parse_go_int(text) {
        return Some(Kind::Int(int));
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let decimal =
        digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-' | b'_'));
    if !decimal || !digits.contains(['.', 'e', 'E']) {
        return None;
    }
    text.replace('_', "").parse().ok().filter(|float: &f64| float.is_finite()).map(Kind::Float)
}

/// Reads an integer as Go's `strconv.ParseInt` with base 0: decimal, `0x`, `0o`, `0b`, old octals, underscores between digits.
pub(super) fn parse_go_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, body) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        Some(octal) if octal.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    let prefixed = radix != 10;
    let separated = !body.ends_with('_') && !body.contains("__") && (prefixed || !body.starts_with('_'));
    let body = body.replace('_', "");
    if !separated || body.is_empty() || !body.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let magnitude = i128::from(u64::from_str_radix(&body, radix).ok()?);
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// Undoes the escapes of a Go string or character constant; `None` if one is not known.
pub(super) fn unquote(text: &str, quote: char) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let code = |chars: &mut std::str::Chars<'_>, length: usize, radix: u32, first: Option<char>| {
            let digits: String = first.into_iter().chain(chars.by_ref().take(length)).collect();
            u32::from_str_radix(&digits, radix).ok()
        };
        let plain = match chars.next()? {
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'v' => 11,
            '\\' => b'\\',
            c if c == quote => u8::try_from(c).ok()?,
            'x' => u8::try_from(code(&mut chars, 2, 16, None)?).ok()?,
            c @ '0'..='7' => u8::try_from(code(&mut chars, 2, 8, Some(c))?).ok()?,
            c @ ('u' | 'U') => {
                let wide = char::from_u32(code(&mut chars, if c == 'u' { 4 } else { 8 }, 16, None)?)?;
                bytes.extend_from_slice(wide.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            _ => return None,
        };
        bytes.push(plain);
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
