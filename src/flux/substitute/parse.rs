//! The grammar of substitution: `${name}` and what may stand behind the name.
//!
//! Owns which texts are substitutions and which are errors, oddities included: they are the controller's. Must not know variables. From the parser in
//! fluxcd/pkg/envsubst.

use smol_str::SmolStr;

use super::scan::{Accept, Mode, Scanner, Token};

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    Call(Call),
}

/// One `${…}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub variable: SmolStr,
    /// What stands behind the name; empty for the plain `${name}`, `#` before the name for its length.
    pub operator: SmolStr,
    pub arguments: Vec<Node>,
    /// Where its `${` stands.
    pub at: usize,
}

/// Why a text cannot be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Something else than the grammar wants.
    #[error("bad substitution")]
    BadSubstitution,
    /// No `}` behind the name.
    #[error("missing closing brace")]
    ClosingBrace,
    /// No name behind `${`.
    #[error("unable to parse variable name")]
    VariableName,
    /// An argument that is missing or does not end.
    #[error("unable to parse substitution within function")]
    Argument,
    /// Substitutions nest deeper than this tool follows.
    #[error("substitutions nest too deep")]
    TooDeep,
}

/// A fault and where the `${` stands that it is in.
pub(super) type Fault = (Malformed, usize);

const MAX_DEPTH: usize = 64;

const TEXT: Mode = Mode { text: true, open: false, close: false, dollar: false, backslash: false };
const CLOSE: Mode = Mode { close: true, text: false, ..TEXT };
const ARGUMENT: Mode = Mode { open: true, ..TEXT };
const ESCAPED_ARGUMENT: Mode = Mode { dollar: true, backslash: true, ..ARGUMENT };

/// Parses a text.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, Fault> {
    let mut parser = Parser { scanner: Scanner::new(text), depth: 0 };
    let mut nodes = Vec::new();
    loop {
        let at = parser.scanner.offset();
        match parser.scanner.scan(Mode { dollar: true, ..ARGUMENT }, |_, _| true) {
            Token::Text => nodes.push(Node::Text(std::mem::take(&mut parser.scanner.text))),
            Token::Open => nodes.push(Node::Call(parser.call(at).map_err(|fault| (fault, at))?)),
            _ => return Ok(nodes),
        }
    }
}

struct Parser<'t> {
    scanner: Scanner<'t>,
    depth: usize,
}

type Result<T, E = Malformed> = std::result::Result<T, E>;

impl Parser<'_> {
    /// What stands behind `${`.
    fn call(&mut self, at: usize) -> Result<Call> {
        if self.depth == MAX_DEPTH {
            return Err(Malformed::TooDeep);
        }
        self.depth += 1;
        let call = self.call_inside(at);
        self.depth -= 1;
        call
    }

    fn call_inside(&mut self, at: usize) -> Result<Call> {
        let call = |variable, operator, arguments| Call { variable, operator, arguments, at };
        if self.scanner.peek() == Some('#') {
            let operator = self.text(|c, at| c == '#' && at == 1, Malformed::BadSubstitution)?;
            let variable = self.text(is_name, Malformed::BadSubstitution)?;
            self.close()?;
            return Ok(call(variable, operator, Vec::new()));
        }
        let variable = self.text(is_name, Malformed::VariableName)?;
        let (operator, arguments) = match self.scanner.peek() {
            Some(':') => match self.scanner.peek_second() {
                Some('=' | '-' | '?' | '+') => self.default()?,
                // The library loses its place where a character of several bytes follows, or nothing.
                Some(c) if c.is_ascii() => self.substring()?,
                _ => return Err(Malformed::BadSubstitution),
            },
            Some('=') => self.default()?,
            Some(',' | '^') => {
                let operator = self.text(|c, at| matches!(c, ',' | '^') && at < 3, Malformed::BadSubstitution)?;
                self.close()?;
                (operator, Vec::new())
            }
            Some('/') => self.replacement()?,
            Some('#') => self.removal(|c, at| c == '#' && at < 3)?,
            Some('%') => self.removal(|c, at| c == '%' && at < 3)?,
            _ => match self.scanner.scan(CLOSE, is_name) {
                Token::Close => (SmolStr::default(), Vec::new()),
                _ => return Err(Malformed::ClosingBrace),
            },
        };
        Ok(call(variable, operator, arguments))
    }

    fn text(&mut self, accept: Accept, fault: Malformed) -> Result<SmolStr> {
        match self.scanner.scan(TEXT, accept) {
            Token::Text => Ok(self.scanner.text.as_str().into()),
            _ => Err(fault),
        }
    }

    fn close(&mut self) -> Result<()> {
        if self.scanner.scan(CLOSE, is_name) == Token::Close { Ok(()) } else { Err(Malformed::BadSubstitution) }
    }

    fn argument(&mut self, accept: Accept, mode: Mode) -> Result<Node> {
        let at = self.scanner.offset();
        match self.scanner.scan(mode, accept) {
            Token::Open => self.call(at).map(Node::Call),
            Token::Text => Ok(Node::Text(std::mem::take(&mut self.scanner.text))),
            _ => Err(Malformed::Argument),
        }
    }

    fn substring(&mut self) -> Result<(SmolStr, Vec<Node>)> {
        let operator = self.text(|c, at| c == ':' && at == 1, Malformed::BadSubstitution)?;
        let mut arguments = vec![self.argument(|c, _| c != ':' && c != '}', ARGUMENT)?];
        match self.scanner.scan(Mode { text: true, ..CLOSE }, |c, _| c == ':') {
            Token::Close => return Ok((operator, arguments)),
            Token::Text => {}
            _ => return Err(Malformed::BadSubstitution),
        }
        arguments.push(self.argument(is_inside, ARGUMENT)?);
        self.close()?;
        Ok((operator, arguments))
    }

    fn removal(&mut self, accept: Accept) -> Result<(SmolStr, Vec<Node>)> {
        let operator = self.text(accept, Malformed::BadSubstitution)?;
        let argument = self.argument(is_inside, ARGUMENT)?;
        self.close()?;
        Ok((operator, vec![argument]))
    }

    fn replacement(&mut self) -> Result<(SmolStr, Vec<Node>)> {
        let accept = |c, at| (at == 1 && c == '/') || (at == 2 && matches!(c, '/' | '#' | '%'));
        let operator = self.text(accept, Malformed::BadSubstitution)?;
        let mut arguments = vec![self.argument(|c, _| c != '/', ESCAPED_ARGUMENT)?];
        self.text(|c, _| c == '/', Malformed::BadSubstitution)?;
        if self.scanner.peek() != Some('}') {
            arguments.push(self.argument(is_inside, ESCAPED_ARGUMENT)?);
        }
        self.close()?;
        Ok((operator, arguments))
    }

    fn default(&mut self) -> Result<(SmolStr, Vec<Node>)> {
        let accept: Accept = match self.scanner.peek() {
            Some('=') => |c, at| c == '=' && at == 1,
            _ => |c, at| (at == 1 && c == ':') || (at == 2 && matches!(c, '=' | '-' | '?' | '+')),
        };
        let operator = self.text(accept, Malformed::BadSubstitution)?;
        let mut arguments = Vec::new();
        while self.scanner.peek() != Some('}') {
            arguments.push(self.argument(is_inside, ARGUMENT)?);
        }
        self.close()?;
        Ok((operator, arguments))
    }
}

fn is_name(c: char, _: usize) -> bool {
    c.is_alphabetic() || c.is_numeric() || c == '_'
}

fn is_inside(c: char, _: usize) -> bool {
    c != '}'
}
