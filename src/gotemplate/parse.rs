//! From words to the tree.
//!
//! Owns the grammar: what Go's parser refuses is refused here, unknown functions and variables among it. Must not know values.

use super::{
    Error, Options,
    ast::{Body, Branch, Command, Constant, Node, Operand, OperandKind, Pipeline, Templates},
    functions,
    lex::{Keyword, Kind, Token, lex},
};

/// The deepest nesting of blocks and parentheses.
const MAX_NESTING: usize = 100;

/// Reads a template and those that it defines.
pub(super) fn parse(text: &str, options: &Options) -> Result<Templates, Error> {
    let tokens = lex(text, &options.delimiters.0, &options.delimiters.1)?;
    let variables = vec!["$".to_owned()];
    let mut parser =
        Parser { text, options, tokens, next: 0, variables, ranges: 0, depth: 0, templates: Templates::new() };
    let (body, end) = parser.body(true)?;
    if end != Stop::End {
        return parser.error(parser.place(), format!("unexpected `{}`", end.word()));
    }
    parser.add(0, String::new(), body)?;
    Ok(parser.templates)
}

/// What ended a body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// `{{end}}`
    Close,
    /// `{{else`, with what follows still to be read.
    Else,
    /// The end of the text.
    End,
}

impl Stop {
    fn word(self) -> &'static str {
        match self {
            Self::Close => "end",
            Self::Else => "else",
            Self::End => "end of the template",
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    options: &'a Options,
    tokens: Vec<Token>,
    next: usize,
    variables: Vec<String>,
    /// How many loops stand around this place.
    ranges: usize,
    depth: usize,
    templates: Templates,
}

impl Parser<'_> {
    fn error<T>(&self, at: usize, message: impl Into<String>) -> Result<T, Error> {
        Err(Error::new(self.text, at, message))
    }

    fn kind(&self) -> &Kind {
        self.tokens.get(self.next).map_or(&Kind::End, |token| &token.kind)
    }

    fn place(&self) -> usize {
        self.tokens.get(self.next).map_or(self.text.len(), |token| token.at)
    }

    fn take(&mut self) -> Kind {
        let kind = self.kind().clone();
        self.next += 1;
        kind
    }

    fn skip_space(&mut self) {
        while *self.kind() == Kind::Space {
            self.next += 1;
        }
    }

    fn unexpected<T>(&self, context: &str) -> Result<T, Error> {
        self.error(self.place(), format!("unexpected {} in {context}", describe(self.kind())))
    }

    fn close_action(&mut self, context: &str) -> Result<(), Error> {
        self.skip_space();
        if *self.kind() != Kind::RightDelim {
            return self.unexpected(context);
        }
        self.next += 1;
        Ok(())
    }

    fn enter(&mut self) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > MAX_NESTING { self.error(self.place(), "the template nests too deeply") } else { Ok(()) }
    }

    /// Adds a template. An empty one neither takes the place of another nor keeps it.
    fn add(&mut self, at: usize, name: String, body: Body) -> Result<(), Error> {
        let blank = |body: &Body| body.iter().all(|node| matches!(node, Node::Text(text) if text.trim().is_empty()));
        match self.templates.get(&name) {
            Some(known) if !blank(known) && !blank(&body) => {
                return self.error(at, format!("the template `{name}` is defined twice"));
            }
            Some(_) if blank(&body) => {}
            _ => {
                self.templates.insert(name, body);
            }
        }
        Ok(())
    }

    /// Reads parts until `{{end}}`, `{{else` or the end of the text.
    fn body(&mut self, top: bool) -> Result<(Body, Stop), Error> {
        self.enter()?;
        let mut body = Vec::new();
        let stop = loop {
            match self.take() {
                Kind::Text(text) => body.push(Node::Text(text)),
                Kind::End if top => break Stop::End,
                Kind::End => return self.error(self.text.len(), "a block is not closed: `end` is missing"),
                _ => {
                    self.skip_space();
                    if let Kind::Keyword(keyword) = *self.kind() {
                        let at = self.place();
                        self.next += 1;
                        match keyword {
                            Keyword::End if !top => {
                                self.close_action("end")?;
                                break Stop::Close;
                            }
                            Keyword::Else if !top => break Stop::Else,
                            keyword => body.extend(self.control(keyword, at, top)?),
                        }
                    } else {
                        body.push(Node::Action(self.pipeline("action")?));
                    }
                }
            }
        };
        self.depth -= 1;
        Ok((body, stop))
    }

    fn control(&mut self, keyword: Keyword, at: usize, top: bool) -> Result<Option<Node>, Error> {
        Ok(Some(match keyword {
            Keyword::If => Node::If(Box::new(self.branch(keyword, at)?)),
            Keyword::With => Node::With(Box::new(self.branch(keyword, at)?)),
            Keyword::Range => Node::Range(Box::new(self.branch(keyword, at)?)),
            Keyword::Break | Keyword::Continue if self.ranges == 0 => {
                return self.error(at, "`break` and `continue` stand only inside of `range`");
            }
            Keyword::Break => {
                self.close_action("break")?;
                Node::Break
            }
            Keyword::Continue => {
                self.close_action("continue")?;
                Node::Continue
            }
            Keyword::Template => self.template(at)?,
            Keyword::Block => self.block(at)?,
            Keyword::Define if top => {
                self.define(at)?;
                return Ok(None);
            }
            Keyword::Define => return self.error(at, "`define` stands only outside of blocks"),
            Keyword::Else => return self.error(at, "unexpected `else`"),
            Keyword::End => return self.error(at, "unexpected `end`"),
        }))
    }

    fn branch(&mut self, keyword: Keyword, at: usize) -> Result<Branch, Error> {
        let (context, is_range) = match keyword {
            Keyword::Range => ("range", true),
            Keyword::With => ("with", false),
            _ => ("if", false),
        };
        self.enter()?;
        let known = self.variables.len();
        let pipeline = self.pipeline(context)?;
        self.ranges += usize::from(is_range);
        let (body, stop) = self.body(false)?;
        self.ranges -= usize::from(is_range);
        let otherwise = if stop == Stop::Else { Some(self.otherwise(keyword)?) } else { None };
        self.variables.truncate(known);
        self.depth -= 1;
        Ok(Branch { at, pipeline, body, otherwise })
    }

    /// What follows `{{else`: a body, or `if` and `with` again, which share the `{{end}}`.
    fn otherwise(&mut self, keyword: Keyword) -> Result<Body, Error> {
        self.skip_space();
        let at = self.place();
        if *self.kind() == Kind::Keyword(keyword) && keyword != Keyword::Range {
            self.next += 1;
            let branch = Box::new(self.branch(keyword, at)?);
            return Ok(vec![if keyword == Keyword::If { Node::If(branch) } else { Node::With(branch) }]);
        }
        self.close_action("else")?;
        match self.body(false)? {
            (body, Stop::Close) => Ok(body),
            (_, stop) => self.error(self.place(), format!("expected `end`, found `{}`", stop.word())),
        }
    }

    fn name(&mut self, context: &str) -> Result<String, Error> {
        self.skip_space();
        if !matches!(self.kind(), Kind::Str(_)) {
            return self.unexpected(context);
        }
        let Kind::Str(name) = self.take() else { return self.unexpected(context) };
        Ok(name)
    }

    fn template(&mut self, at: usize) -> Result<Node, Error> {
        let name = self.name("template")?;
        self.skip_space();
        let data = if *self.kind() == Kind::RightDelim {
            self.next += 1;
            None
        } else {
            Some(self.pipeline("template")?)
        };
        Ok(Node::Template { at, name, data })
    }

    /// The body of a template of its own: it sees no variables and no loop of this one.
    fn own_body(&mut self) -> Result<(Body, Stop), Error> {
        let variables = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let ranges = std::mem::take(&mut self.ranges);
        let result = self.body(false);
        self.variables = variables;
        self.ranges = ranges;
        result
    }

    fn block(&mut self, at: usize) -> Result<Node, Error> {
        let name = self.name("block")?;
        let data = self.pipeline("block")?;
        match self.own_body()? {
            (body, Stop::Close) => self.add(at, name.clone(), body)?,
            (_, stop) => return self.error(at, format!("unexpected `{}` in block", stop.word())),
        }
        Ok(Node::Template { at, name, data: Some(data) })
    }

    fn define(&mut self, at: usize) -> Result<(), Error> {
        let name = self.name("define")?;
        self.close_action("define")?;
        match self.own_body()? {
            (body, Stop::Close) => self.add(at, name, body),
            (_, stop) => self.error(at, format!("unexpected `{}` in define", stop.word())),
        }
    }

    /// Reads a pipeline and the delimiter or parenthesis after it.
    fn pipeline(&mut self, context: &str) -> Result<Pipeline, Error> {
        self.skip_space();
        let at = self.place();
        let (variables, assigns) = self.declarations(context)?;
        let mut commands: Vec<Command> = Vec::new();
        let end = if context == "parentheses" { Kind::RightParen } else { Kind::RightDelim };
        loop {
            self.skip_space();
            if *self.kind() == end {
                self.next += 1;
                break;
            }
            if !starts_operand(self.kind()) {
                return self.unexpected(context);
            }
            commands.push(self.command()?);
        }
        if commands.is_empty() {
            return self.error(at, format!("a value is missing in {context}"));
        }
        for command in commands.iter().skip(1) {
            let first = command.operands.first().map(|operand| &operand.kind);
            if matches!(first, Some(OperandKind::Constant(_) | OperandKind::Dot | OperandKind::Nil)) {
                return self.error(command.at, "what follows `|` must be a function");
            }
        }
        Ok(Pipeline { at, assigns, variables, commands })
    }

    /// `$x :=`, `$x =`, `$k, $v :=`.
    fn declarations(&mut self, context: &str) -> Result<(Vec<String>, bool), Error> {
        let mut names = Vec::new();
        loop {
            self.skip_space();
            let Kind::Variable(name) = self.kind().clone() else { return Ok((names, false)) };
            let start = self.next;
            self.next += 1;
            self.skip_space();
            match *self.kind() {
                Kind::Declare | Kind::Assign => {
                    let assigns = *self.kind() == Kind::Assign;
                    if assigns && !self.variables.contains(&name) {
                        return self.error(self.place(), format!("the variable `{name}` is not known"));
                    }
                    self.next += 1;
                    self.variables.push(name.clone());
                    names.push(name);
                    return Ok((names, assigns));
                }
                Kind::Comma if context == "range" && names.is_empty() => {
                    self.next += 1;
                    self.variables.push(name.clone());
                    names.push(name);
                    self.skip_space();
                    if !matches!(self.kind(), Kind::Variable(_)) {
                        return self.error(self.place(), "`range` can only declare variables");
                    }
                }
                Kind::Comma => return self.error(self.place(), format!("too many variables in {context}")),
                _ => {
                    self.next = start;
                    return Ok((names, false));
                }
            }
        }
    }

    fn command(&mut self) -> Result<Command, Error> {
        let at = self.place();
        let mut operands = Vec::new();
        loop {
            self.skip_space();
            if starts_operand(self.kind()) {
                operands.push(self.operand()?);
            }
            match self.kind() {
                Kind::Space => {}
                Kind::RightDelim | Kind::RightParen => break,
                Kind::Pipe => {
                    self.next += 1;
                    break;
                }
                _ => return self.unexpected("operand"),
            }
        }
        if operands.is_empty() { self.error(at, "empty command") } else { Ok(Command { at, operands }) }
    }

    fn operand(&mut self) -> Result<Operand, Error> {
        let at = self.place();
        let mut kind = self.term(at)?;
        let mut fields = Vec::new();
        while let Kind::Field(name) = self.kind().clone() {
            self.next += 1;
            fields.push(name);
        }
        if !fields.is_empty() {
            match &mut kind {
                OperandKind::Field(own) | OperandKind::Variable(_, own) => own.extend(fields),
                OperandKind::Constant(_) | OperandKind::Nil | OperandKind::Dot => {
                    return self.error(at, "a constant has no fields");
                }
                _ => kind = OperandKind::Chain(Box::new(Operand { at, kind }), fields),
            }
        }
        Ok(Operand { at, kind })
    }

    fn term(&mut self, at: usize) -> Result<OperandKind, Error> {
        Ok(match self.take() {
            Kind::Dot => OperandKind::Dot,
            Kind::Nil => OperandKind::Nil,
            Kind::Bool(truth) => OperandKind::Constant(Constant::Bool(truth)),
            Kind::Int(int) => OperandKind::Constant(Constant::Int(int)),
            Kind::Float(float) => OperandKind::Constant(Constant::Float(float)),
            Kind::Str(text) => OperandKind::Constant(Constant::Str(text.into())),
            Kind::Field(name) => OperandKind::Field(vec![name]),
            Kind::Variable(name) if !self.variables.contains(&name) => {
                return self.error(at, format!("the variable `{name}` is not known"));
            }
            Kind::Variable(name) => OperandKind::Variable(name, Vec::new()),
            Kind::Identifier(name) => match functions::find(&name, self.options) {
                Some(function) => OperandKind::Function(function),
                None => return self.error(at, format!("the function `{name}` is not known")),
            },
            Kind::LeftParen => {
                self.enter()?;
                let pipeline = self.pipeline("parentheses")?;
                self.depth -= 1;
                OperandKind::Pipeline(Box::new(pipeline))
            }
            _ => return self.unexpected("operand"),
        })
    }
}

fn starts_operand(kind: &Kind) -> bool {
    use Kind::{Bool, Dot, Field, Float, Identifier, Int, LeftParen, Nil, Str, Variable};
    matches!(
        kind,
        Dot | Nil | Bool(_) | Int(_) | Float(_) | Str(_) | Field(_) | Variable(_) | Identifier(_) | LeftParen
    )
}

fn describe(kind: &Kind) -> String {
    match kind {
        Kind::RightDelim => "end of the action".to_owned(),
        Kind::Assign => "`=`".to_owned(),
        Kind::Declare => "`:=`".to_owned(),
        Kind::Pipe => "`|`".to_owned(),
        Kind::LeftParen => "`(`".to_owned(),
        Kind::RightParen => "`)`".to_owned(),
        Kind::Comma => "`,`".to_owned(),
        Kind::Space => "space".to_owned(),
        Kind::Keyword(keyword) => format!("`{}`", format!("{keyword:?}").to_lowercase()),
        Kind::Identifier(name) | Kind::Variable(name) => format!("`{name}`"),
        Kind::Field(name) => format!("`.{name}`"),
        Kind::Str(_) => "a string".to_owned(),
        Kind::Int(_) | Kind::Float(_) => "a number".to_owned(),
        Kind::Bool(truth) => format!("`{truth}`"),
        Kind::Nil => "`nil`".to_owned(),
        Kind::Dot => "`.`".to_owned(),
        Kind::Text(_) | Kind::LeftDelim | Kind::End => "end of the template".to_owned(),
    }
}
