//! The tree of a template.
//!
//! Owns its shape alone. Every node knows the byte where it begins.

use std::collections::HashMap;

use super::functions::Function;

/// The parts of a text or of the body of a block, in order.
pub(super) type Body = Vec<Node>;

/// A part.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    /// A pipeline whose result is written, unless it declares or assigns.
    Action(Pipeline),
    If(Box<Branch>),
    With(Box<Branch>),
    Range(Box<Branch>),
    Template {
        at: usize,
        name: String,
        data: Option<Pipeline>,
    },
    Break,
    Continue,
}

/// A condition, what follows from it, and what else.
#[derive(Debug)]
pub(super) struct Branch {
    pub at: usize,
    pub pipeline: Pipeline,
    pub body: Body,
    pub otherwise: Option<Body>,
}

/// `$a, $b := command | command`.
#[derive(Debug)]
pub(super) struct Pipeline {
    pub at: usize,
    /// Whether the variables exist already.
    pub assigns: bool,
    pub variables: Vec<String>,
    pub commands: Vec<Command>,
}

/// An operand, or a function with its arguments.
#[derive(Debug)]
pub(super) struct Command {
    pub at: usize,
    pub operands: Vec<Operand>,
}

/// A value, and where it stands.
#[derive(Debug)]
pub(super) struct Operand {
    pub at: usize,
    pub kind: OperandKind,
}

#[derive(Debug)]
pub(super) enum OperandKind {
    Dot,
    Nil,
    Constant(Constant),
    /// `.a.b`
    Field(Vec<String>),
    /// `$x.a.b`
    Variable(String, Vec<String>),
    Function(&'static Function),
    Pipeline(Box<Pipeline>),
    /// `(pipeline).a.b`, `function.a`
    Chain(Box<Operand>, Vec<String>),
}

/// The named templates of a text; the text itself has the empty name.
pub(super) type Templates = HashMap<String, Body>;

/// A literal.
#[derive(Clone, Debug)]
pub(super) enum Constant {
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(smol_str::SmolStr),
}
