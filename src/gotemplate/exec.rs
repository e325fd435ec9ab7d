//! Evaluation.
//!
//! Owns the meaning of blocks, pipelines, variables and fields, and the bounds of an evaluation. Must not know what functions do, except `and` and `or`, which
//! evaluate no more than they need.

use super::{
    Error, MissingKey, Options,
    ast::{Body, Branch, Command, Constant, Node, Operand, OperandKind, Pipeline, Templates},
    data::{Data, Dict},
    functions::{Arguments, Function},
    print,
};

/// The deepest nesting of blocks, calls and parentheses during an evaluation.
const MAX_DEPTH: usize = 150;

/// Evaluates the template without a name.
pub(super) fn render(
    text: &str,
    options: &Options,
    templates: &Templates,
    data: &Data,
    fuel: &mut u64,
) -> Result<String, Error> {
    let variables = vec![("$".to_owned(), data.clone())];
    let mut state =
        State { text, options, templates, variables, output: String::new(), fuel: options.fuel.min(*fuel), depth: 0 };
    let given = state.fuel;
    let result = templates.get("").map_or(Ok(Flow::On), |body| state.body(data, body));
    *fuel -= given - state.fuel;
    result.map(|_| state.output)
}

/// How a body ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

struct State<'a> {
    text: &'a str,
    options: &'a Options,
    templates: &'a Templates,
    variables: Vec<(String, Data)>,
    output: String,
    fuel: u64,
    depth: usize,
}

impl<'a> State<'a> {
    fn error<T>(&self, at: usize, message: impl Into<String>) -> Result<T, Error> {
        Err(Error::new(self.text, at, message))
    }

    fn spend(&mut self, at: usize, steps: u64) -> Result<(), Error> {
        let left = self.fuel.checked_sub(steps);
        self.fuel = left.unwrap_or(0);
        if left.is_none() { self.error(at, "the template takes too many steps") } else { Ok(()) }
    }

    fn enter(&mut self, at: usize) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { self.error(at, "the evaluation nests too deeply") } else { Ok(()) }
    }

    fn write(&mut self, at: usize, text: &str) -> Result<(), Error> {
        if self.output.len() + text.len() > self.options.max_output {
            return self.error(at, format!("the template writes more than {} bytes", self.options.max_output));
        }
        self.output.push_str(text);
        Ok(())
    }

    fn body(&mut self, dot: &Data, body: &'a Body) -> Result<Flow, Error> {
        for node in body {
            let flow = self.node(dot, node)?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, dot: &Data, node: &'a Node) -> Result<Flow, Error> {
        match node {
            Node::Text(text) => {
                self.spend(0, 1)?;
                self.write(0, text)?;
            }
            Node::Action(pipeline) => {
                let value = self.pipeline(dot, pipeline)?;
                if pipeline.variables.is_empty() {
                    let text = print::action(&value, self.options.max_output)
                        .map_err(|message| Error::new(self.text, pipeline.at, message))?;
                    self.write(pipeline.at, &text)?;
                }
            }
            Node::If(branch) => return self.branch(dot, branch, false),
            Node::With(branch) => return self.branch(dot, branch, true),
            Node::Range(branch) => return self.range(dot, branch),
            Node::Template { at, name, data } => self.template(dot, *at, name, data.as_ref())?,
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn branch(&mut self, dot: &Data, branch: &'a Branch, is_with: bool) -> Result<Flow, Error> {
        self.enter(branch.at)?;
        let known = self.variables.len();
        let value = self.pipeline(dot, &branch.pipeline)?;
        let flow = if value.is_true() {
            self.body(if is_with { &value } else { dot }, &branch.body)?
        } else {
            match &branch.otherwise {
                Some(body) => self.body(dot, body)?,
                None => Flow::On,
            }
        };
        self.variables.truncate(known);
        self.depth -= 1;
        Ok(flow)
    }

    fn range(&mut self, dot: &Data, branch: &'a Branch) -> Result<Flow, Error> {
        self.enter(branch.at)?;
        let known = self.variables.len();
        let value = self.pipeline(dot, &branch.pipeline)?;
        let at = branch.pipeline.at;
        let flow = match &value {
            Data::Int(count) | Data::Int64(count) => {
                if branch.pipeline.variables.len() > 1 {
                    return self.error(at, "a number gives one variable to `range`, not two");
                }
                let wide = matches!(value, Data::Int64(_));
                let items = (0..*count).map(|item| if wide { Data::Int64(item) } else { Data::Int(item) });
                self.iterate(dot, branch, *count > 0, items.map(|item| (Data::Missing, item)))?
            }
            Data::List(list) => {
                let items = list.items().iter().cloned().zip(0..).map(|(item, index)| (Data::Int(index), item));
                self.iterate(dot, branch, !list.items().is_empty(), items)?
            }
            Data::Map(dict) => {
                let entries = dict.entries();
                self.spend(at, entries.len() as u64)?;
                let any = !entries.is_empty();
                self.iterate(dot, branch, any, entries.into_iter().map(|(key, item)| (Data::Str(key), item)))?
            }
            Data::Missing | Data::Nil => self.iterate(dot, branch, false, std::iter::empty())?,
            other => return self.error(at, format!("`range` cannot go over a {}", other.type_name())),
        };
        self.variables.truncate(known);
        self.depth -= 1;
        Ok(flow)
    }

    fn iterate(
        &mut self,
        dot: &Data,
        branch: &'a Branch,
        any: bool,
        items: impl Iterator<Item = (Data, Data)>,
    ) -> Result<Flow, Error> {
        if !any {
            return branch.otherwise.as_ref().map_or(Ok(Flow::On), |body| self.body(dot, body));
        }
        let names = &branch.pipeline.variables;
        let mark = self.variables.len();
        for (index, item) in items {
            self.spend(branch.at, 1)?;
            // With one variable it is the item, with two the index comes first.
            let values = if names.len() > 1 { vec![index, item.clone()] } else { vec![item.clone()] };
            for (name, value) in names.iter().zip(values) {
                self.bind(name, value, branch.pipeline.assigns);
            }
            let flow = self.body(&item, &branch.body)?;
            self.variables.truncate(mark);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn bind(&mut self, name: &str, value: Data, assigns: bool) {
        if assigns {
            if let Some(slot) = self.variables.iter_mut().rev().find(|(known, _)| known == name) {
                slot.1 = value;
            }
        } else {
            self.variables.push((name.to_owned(), value));
        }
    }

    fn template(&mut self, dot: &Data, at: usize, name: &str, data: Option<&'a Pipeline>) -> Result<(), Error> {
        let Some(body) = self.templates.get(name) else {
            return self.error(at, format!("the template `{name}` is not defined"));
        };
        self.enter(at)?;
        let dot = match data {
            Some(pipeline) => self.pipeline(dot, pipeline)?,
            None => Data::Missing,
        };
        let own = vec![("$".to_owned(), dot.clone())];
        let variables = std::mem::replace(&mut self.variables, own);
        self.body(&dot, body)?;
        self.variables = variables;
        self.depth -= 1;
        Ok(())
    }

    fn pipeline(&mut self, dot: &Data, pipeline: &'a Pipeline) -> Result<Data, Error> {
        self.enter(pipeline.at)?;
        let mut value = None;
        for command in &pipeline.commands {
            let result = self.command(dot, command, value)?;
            // Go looks into the interface here, and nil has nothing in it.
            value = Some(if matches!(result, Data::Nil) { Data::Missing } else { result });
        }
        let value = value.unwrap_or_default();
        for name in &pipeline.variables {
            self.bind(name, value.clone(), pipeline.assigns);
        }
        self.depth -= 1;
        Ok(value)
    }

    fn command(&mut self, dot: &Data, command: &'a Command, last: Option<Data>) -> Result<Data, Error> {
        self.spend(command.at, 1)?;
        let Some((first, rest)) = command.operands.split_first() else { return Ok(Data::Missing) };
        match &first.kind {
            OperandKind::Function(function) => self.call(dot, first.at, function, rest, last),
            OperandKind::Pipeline(_) | OperandKind::Field(_) | OperandKind::Variable(..) | OperandKind::Chain(..)
                if !rest.is_empty() || last.is_some() =>
            {
                self.error(first.at, "arguments are given to something that is no function")
            }
            OperandKind::Nil => self.error(first.at, "nil is not a command"),
            _ if !rest.is_empty() => self.error(first.at, "arguments are given to something that is no function"),
            _ => self.operand(dot, first),
        }
    }

    fn operand(&mut self, dot: &Data, operand: &'a Operand) -> Result<Data, Error> {
        match &operand.kind {
            OperandKind::Dot => Ok(dot.clone()),
            OperandKind::Nil => Ok(Data::Missing),
            OperandKind::Constant(constant) => Ok(match constant {
                Constant::Bool(truth) => Data::Bool(*truth),
                Constant::Int(int) => Data::Int(*int),
                Constant::Float(float) => Data::Float(*float),
                Constant::Str(text) => Data::Str(text.clone()),
            }),
            OperandKind::Field(names) => self.fields(operand.at, dot.clone(), names),
            OperandKind::Variable(name, names) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                let value = found.map(|(_, value)| value.clone()).unwrap_or_default();
                self.fields(operand.at, value, names)
            }
            OperandKind::Function(function) => self.call(dot, operand.at, function, &[], None),
            OperandKind::Pipeline(pipeline) => self.pipeline(dot, pipeline),
            OperandKind::Chain(inner, names) => {
                let value = self.operand(dot, inner)?;
                self.fields(operand.at, value, names)
            }
        }
    }

    fn fields(&mut self, at: usize, mut value: Data, names: &[String]) -> Result<Data, Error> {
        for name in names {
            value = match &value {
                Data::Missing if self.options.missing_key == MissingKey::Error => {
                    return self.error(at, format!("there is no value that could have a key `{name}`"));
                }
                Data::Missing => Data::Missing,
                Data::Nil => return self.error(at, format!("`.{name}` is asked of nil")),
                Data::Map(dict) => self.key(at, dict, name)?,
                Data::Version(version) => match version.field(name) {
                    Some(value) => value,
                    None => return self.error(at, format!("a version has no field `{name}`")),
                },
                other => return self.error(at, format!("`.{name}` is asked of a {}", other.type_name())),
            };
        }
        Ok(value)
    }

    fn key(&self, at: usize, dict: &Dict, name: &str) -> Result<Data, Error> {
        match (dict.get(name), self.options.missing_key) {
            (Some(value), _) => Ok(value),
            (None, MissingKey::Invalid) => Ok(Data::Missing),
            (None, MissingKey::Zero) => Ok(Data::Nil),
            (None, MissingKey::Error) => self.error(at, format!("the mapping has no entry for key `{name}`")),
        }
    }

    fn call(
        &mut self,
        dot: &Data,
        at: usize,
        function: &'static Function,
        operands: &'a [Operand],
        last: Option<Data>,
    ) -> Result<Data, Error> {
        let name = function.name;
        if matches!(name, "and" | "or") {
            return self.short_circuit(dot, at, name == "and", operands, last);
        }
        let mut values = Vec::with_capacity(operands.len() + 1);
        for operand in operands {
            values.push(self.operand(dot, operand)?);
        }
        values.extend(last);
        if values.len() < function.least || function.most.is_some_and(|most| values.len() > most) {
            return self.error(at, format!("`{name}` does not take {} arguments", values.len()));
        }
        let mut arguments = Arguments::new(values, self.options.max_output, self.fuel);
        let result = (function.call)(&mut arguments);
        self.fuel = arguments.fuel_left();
        match result {
            Ok(Data::Str(text)) if text.len() > self.options.max_output => {
                self.error(at, format!("`{name}` makes more than {} bytes", self.options.max_output))
            }
            Ok(value) => {
                let size = match &value {
                    Data::Str(text) => text.len() / 64,
                    Data::List(list) => list.items().len(),
                    _ => 0,
                };
                self.spend(at, size as u64)?;
                Ok(value)
            }
            Err(message) => self.error(at, format!("`{name}`: {message}")),
        }
    }

    fn short_circuit(
        &mut self,
        dot: &Data,
        at: usize,
        is_and: bool,
        operands: &'a [Operand],
        last: Option<Data>,
    ) -> Result<Data, Error> {
        let mut value = None;
        for operand in operands {
            let next = self.operand(dot, operand)?;
            let decided = next.is_true() != is_and;
            value = Some(next);
            if decided {
                return Ok(value.unwrap_or_default());
            }
        }
        match last.or(value) {
            Some(value) => Ok(value),
            None => self.error(at, "`and` and `or` need at least one argument"),
        }
    }
}
