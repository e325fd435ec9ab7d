//! What helm-controller makes of `valuesFrom` and `values`.
//!
//! The controller works on maps that it shares instead of copying, and merges the inline values in once for each target path and once more at the end. So whether a
//! target path holds against an inline value depends on whether the two still share their parent map. This is modelled here as it happens: a [`Heap`] of maps
//! and lists that refer to each other by number. From `ChartValuesFromReferences` and `MergeMaps` in fluxcd/pkg/chartutil and the parser in
//! helm.sh/helm/pkg/strvals. Must not know where the values come from.

use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::{
    helm::{Assignment, SetPath, SetStep},
    yaml::{Content, Origin, Value},
};

/// What one entry of `valuesFrom` brings.
#[derive(Clone, Debug)]
pub enum Part {
    /// A whole document; anything but a mapping stops the controller.
    Document(Value),
    /// A value for a target path.
    Target(SetPath, Value),
    /// What a line in the form of `--set` sets, one after the other.
    Assignments(Vec<Assignment>),
    /// Something that is not known, or an optional entry without its object.
    Nothing,
}

/// Who wrote a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// The entry of `valuesFrom` with this number, from 0.
    Entry(usize),
    /// `spec.values`.
    Inline,
}

/// Why the controller gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The document of this entry is no mapping.
    #[error("the document of entry {0} is not a mapping")]
    NotAMapping(usize),
    /// The target path of this entry leads through something that is neither a map nor, where it has an index, a list.
    #[error("the target path of entry {0} leads through a value that it cannot be set in")]
    Blocked(usize),
}

/// The values that the chart gets, each with its writer.
#[derive(Clone, Debug)]
pub struct Composed {
    heap: Heap,
    root: Id,
}

/// Composes the values of a release as the controller does.
pub fn compose(parts: &[Part], inline: Option<&Value>) -> Result<Composed, ComposeError> {
    let mut heap = Heap::default();
    let inline = match inline {
        Some(inline) => heap.load(inline, Writer::Inline),
        None => heap.add(Cell::Map(Map::new())),
    };
    let mut result = heap.add(Cell::Map(Map::new()));
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Nothing => {}
            Part::Document(document) => {
                let document = heap.load(document, Writer::Entry(index));
                if heap.map(document).is_none() {
                    return Err(ComposeError::NotAMapping(index));
                }
                result = heap.merge(result, document);
            }
            Part::Target(path, value) => {
                result = heap.merge(result, inline);
                let value = heap.load(value, Writer::Entry(index));
                heap.set(result, path.steps(), value, false).ok_or(ComposeError::Blocked(index))?;
            }
            Part::Assignments(assignments) => {
                result = heap.merge(result, inline);
                for assignment in assignments {
                    let value = heap.load(&assignment.value, Writer::Entry(index));
                    let steps = assignment.path.steps();
                    heap.set(result, steps, value, assignment.ends_line).ok_or(ComposeError::Blocked(index))?;
                }
            }
        }
    }
    let root = heap.merge(result, inline);
    Ok(Composed { heap, root })
}

impl Composed {
    /// Whether anything that an entry brought is in the result.
    pub fn holds(&self, entry: usize) -> bool {
        self.heap.leaves(self.root).any(|(writer, _)| writer == Writer::Entry(entry))
    }

    /// Who wrote what stands at a path, with the value: a scalar there or above it, or the first one below it.
    pub fn writer(&self, path: &SetPath) -> Option<(Writer, &Value)> {
        let mut at = self.root;
        for step in path.steps() {
            at = match (self.heap.cell(at), step) {
                (Cell::Map(map), SetStep::Key(key)) => *map.get(key)?,
                (Cell::List(items), SetStep::Index(index)) => *items.get(*index)?,
                (Cell::Leaf(..), _) => break,
                _ => return self.heap.leaves(at).next(),
            };
        }
        self.heap.leaves(at).next()
    }

    /// The paths of everything in the result that an entry brought.
    pub fn paths_of(&self, entry: usize) -> Vec<SetPath> {
        let mut found = Vec::new();
        self.heap.collect_paths(self.root, Writer::Entry(entry), &mut Vec::new(), &mut found);
        found
    }

    /// The values.
    pub fn to_value(&self) -> Value {
        self.heap.value(self.root)
    }
}

type Map = IndexMap<SmolStr, Id>;

/// The number of a cell.
type Id = usize;

#[derive(Clone, Debug)]
enum Cell {
    Map(Map),
    List(Vec<Id>),
    /// A scalar.
    Leaf(Writer, Value),
}

/// Maps, lists and scalars, of which several may share one, as Go's maps and slices do.
#[derive(Clone, Debug, Default)]
struct Heap {
    cells: Vec<Cell>,
}

impl Heap {
    fn add(&mut self, cell: Cell) -> Id {
        self.cells.push(cell);
        self.cells.len() - 1
    }

    fn cell(&self, id: Id) -> &Cell {
        &self.cells[id]
    }

    fn load(&mut self, value: &Value, writer: Writer) -> Id {
        let cell = match &value.content {
            Content::Scalar(_) => Cell::Leaf(writer, value.clone()),
            Content::Sequence(items) => Cell::List(items.iter().map(|item| self.load(item, writer)).collect()),
            Content::Mapping(entries) => {
                Cell::Map(entries.iter().map(|(key, value)| (key.clone(), self.load(value, writer))).collect())
            }
        };
        self.add(cell)
    }

    fn map(&self, id: Id) -> Option<&Map> {
        if let Cell::Map(map) = self.cell(id) { Some(map) } else { None }
    }

    /// A new map with the entries of both; below it the maps of either are shared, except where both have one: these are merged in turn.
    fn merge(&mut self, under: Id, over: Id) -> Id {
        let mut out = self.map(under).cloned().unwrap_or_default();
        let entries: Vec<(SmolStr, Id)> =
            self.map(over).into_iter().flatten().map(|(key, &id)| (key.clone(), id)).collect();
        for (key, id) in entries {
            let both = out.get(&key).copied().filter(|&below| self.map(below).is_some() && self.map(id).is_some());
            let id = both.map_or(id, |below| self.merge(below, id));
            out.insert(key, id);
        }
        self.add(Cell::Map(out))
    }

    /// Sets a path below a map, in place, as Helm's `--set` does. `None` where that fails. Where a line `ends` with an empty value, no list items are made for it.
    fn set(&mut self, map: Id, steps: &[SetStep], value: Id, ends: bool) -> Option<()> {
        let (SetStep::Key(key), rest) = steps.split_first()? else { return None };
        let present = self.map(map)?.get(key).copied();
        let child = match rest.first() {
            None => value,
            Some(SetStep::Key(_)) => {
                let inner = present.unwrap_or_else(|| self.add(Cell::Map(Map::new())));
                self.set(inner, rest, value, ends)?;
                inner
            }
            Some(SetStep::Index(_)) => self.set_item(present, rest, value, ends)?,
        };
        if let Cell::Map(entries) = &mut self.cells[map] {
            entries.insert(key.clone(), child);
        }
        Some(())
    }

    /// Sets a path below a list, which is changed in place while it is long enough and else replaced by a longer copy. Gives the list.
    fn set_item(&mut self, list: Option<Id>, steps: &[SetStep], value: Id, ends: bool) -> Option<Id> {
        let (SetStep::Index(index), rest) = steps.split_first()? else { return None };
        let items = match list.map(|list| self.cell(list)) {
            None => Vec::new(),
            Some(Cell::List(items)) => items.clone(),
            Some(_) => return None,
        };
        let present = items.get(*index).copied();
        let is_nothing = |id: Id| matches!(self.cell(id), Cell::Leaf(_, value) if value.is_null());
        let is_list = matches!(rest.first(), Some(SetStep::Index(_)));
        let is_there = present.is_some_and(|id| !is_list || !is_nothing(id));
        if ends && !is_there && rest.iter().any(|step| matches!(step, SetStep::Key(_))) {
            return Some(list.unwrap_or_else(|| self.add(Cell::List(Vec::new()))));
        }
        let child = match rest.first() {
            None => value,
            Some(SetStep::Key(_)) => {
                let inner = present.filter(|&id| self.map(id).is_some());
                let inner = inner.unwrap_or_else(|| self.add(Cell::Map(Map::new())));
                self.set(inner, rest, value, ends)?;
                inner
            }
            Some(SetStep::Index(_)) => {
                let inner = present.filter(|&id| !is_nothing(id));
                self.set_item(inner, rest, value, ends)?
            }
        };
        self.replace_item(list, items, *index, child)
    }

    fn replace_item(&mut self, list: Option<Id>, mut items: Vec<Id>, index: usize, child: Id) -> Option<Id> {
        if index > MAX_INDEX {
            return None;
        }
        let fits = index < items.len();
        while items.len() <= index {
            let gap = self.add(Cell::Leaf(Writer::Inline, Value::null()));
            items.push(gap);
        }
        items[index] = child;
        match list.filter(|_| fits) {
            Some(list) => {
                self.cells[list] = Cell::List(items);
                Some(list)
            }
            None => Some(self.add(Cell::List(items))),
        }
    }

    /// The scalars below a cell, in order.
    fn leaves(&self, id: Id) -> impl Iterator<Item = (Writer, &Value)> {
        let mut pending = vec![id];
        std::iter::from_fn(move || {
            loop {
                match self.cell(pending.pop()?) {
                    Cell::Leaf(writer, value) => return Some((*writer, value)),
                    Cell::List(items) => pending.extend(items.iter().rev()),
                    Cell::Map(map) => pending.extend(map.values().rev()),
                }
            }
        })
    }

    fn collect_paths(&self, id: Id, writer: Writer, steps: &mut Vec<SetStep>, found: &mut Vec<SetPath>) {
        let mut below = |step: SetStep, id: Id| {
            steps.push(step);
            self.collect_paths(id, writer, steps, found);
            steps.pop();
        };
        match self.cell(id) {
            Cell::Leaf(by, _) if *by == writer => found.push(SetPath::of(steps.clone())),
            Cell::Leaf(..) => {}
            Cell::List(items) => items.iter().enumerate().for_each(|(index, &item)| below(SetStep::Index(index), item)),
            Cell::Map(map) => map.iter().for_each(|(key, &id)| below(SetStep::Key(key.clone()), id)),
        }
    }

    fn value(&self, id: Id) -> Value {
        match self.cell(id) {
            Cell::Leaf(_, value) => value.clone(),
            Cell::List(items) => {
                let items: Vec<Value> = items.iter().map(|&item| self.value(item)).collect();
                let origin = items.first().map_or(Origin::NONE, |first| first.origin);
                Value::sequence(items).at(origin)
            }
            // A merged mapping has several places; the first thing in it is as good as any.
            Cell::Map(map) => {
                let value: Value = map.iter().map(|(key, &id)| (key.clone(), self.value(id))).collect();
                let origin =
                    value.as_mapping().and_then(|map| map.values().next()).map_or(Origin::NONE, |one| one.origin);
                value.at(origin)
            }
        }
    }
}

/// Helm's own limit.
const MAX_INDEX: usize = 65536;
