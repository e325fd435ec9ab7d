//! The scanner below the grammar of substitution.
//!
//! It takes characters as long as the grammar accepts them, stops before `${` where the grammar wants that, and drops the first character of an escape. Must
//! not know what a substitution means. From the scanner in fluxcd/pkg/envsubst.

/// What the scanner takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    End,
    Text,
    Open,
    Close,
    Illegal,
}

/// Which tokens may come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mode {
    pub text: bool,
    pub open: bool,
    pub close: bool,
    /// Whether `$$` counts as `$`.
    pub dollar: bool,
    /// Whether `\/` and `\\` count as `/` and `\`.
    pub backslash: bool,
}

/// Whether a text goes on with a character that ends at this many bytes of it.
pub(super) type Accept = fn(char, usize) -> bool;

#[derive(Debug)]
pub(super) struct Scanner<'t> {
    input: &'t str,
    at: usize,
    /// The last text, without the escapes.
    pub text: String,
}

impl<'t> Scanner<'t> {
    pub fn new(input: &'t str) -> Self {
        Self { input, at: 0, text: String::new() }
    }

    /// The offset in the input.
    pub fn offset(&self) -> usize {
        self.at
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character after the next one.
    pub fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    fn rest(&self) -> &'t str {
        self.input.get(self.at..).unwrap_or_default()
    }

    /// Takes one token.
    pub fn scan(&mut self, mode: Mode, accept: Accept) -> Token {
        self.text.clear();
        let Some(first) = self.peek() else { return Token::End };
        if mode.open && self.rest().starts_with("${") {
            self.at += 2;
            return Token::Open;
        }
        if mode.close && first == '}' {
            self.at += 1;
            return Token::Close;
        }
        if mode.text && self.take(mode, accept) {
            while !(mode.open && self.rest().starts_with("${")) && self.take(mode, accept) {}
            return Token::Text;
        }
        Token::Illegal
    }

    /// Takes one character of a text, or one escape.
    fn take(&mut self, mode: Mode, accept: Accept) -> bool {
        let rest = self.rest();
        let escaped = (mode.dollar && rest.starts_with("$$"))
            || (mode.backslash && (rest.starts_with("\\/") || rest.starts_with("\\\\")));
        if escaped {
            self.text.extend(rest.chars().nth(1));
            self.at += 2;
            return true;
        }
        let Some(next) = rest.chars().next().filter(|&next| accept(next, self.text.len() + next.len_utf8())) else {
            return false;
        };
        self.text.push(next);
        self.at += next.len_utf8();
        true
    }
}
