//! Lists: items paired by what identifies them, or by their order where nothing does.
//!
//! Must not know which lists have which identity; that is asked for.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use super::{
    ConflictKind, Favour, List, ListIdentity,
    collection::{assemble, inner_column},
    comment::our_own,
    conflict::{Piece, Triple},
    document::{Merger, Value},
    intended::{Intended, Shape, canonical, shape},
    unit::{Collection, Unit, laid_out},
    weave::weave,
};
use crate::{
    text::{Change, Hunk, three_way},
    yaml::node::Node,
};

/// Fields that tell items apart where nothing is known of a list, if every item has one and no two have the same.
const USUAL_FIELDS: [&str; 4] = ["name", "key", "id", "slug"];

type Units<'u, 's> = [&'u [Unit<'s>]; 3];

impl Merger<'_> {
    /// Merges lists.
    pub fn sequence<'s>(
        &mut self,
        root: Node<'s>,
        base: Option<&Unit<'s>>,
        ours: &Unit<'s>,
        theirs: &Unit<'s>,
    ) -> Value<'s> {
        let sides = [base.map(Collection::of), Some(Collection::of(ours)), Some(Collection::of(theirs))];
        let column = inner_column(sides[1].as_ref(), ours);
        let units: Units<'_, 's> =
            sides.each_ref().map(|side| side.as_ref().map(|side| side.units.as_slice()).unwrap_or_default());
        let known = self.options.identity.list(List { root, path: &self.keys });
        let identity = match known {
            Some(known @ (ListIdentity::Content | ListIdentity::Order)) => known,
            Some(known @ ListIdentity::Fields(_)) if all_mappings(&units) => known,
            Some(ListIdentity::AnyField(fields)) => any_field(&units, &fields),
            _ => any_field(&units, &USUAL_FIELDS),
        };
        self.keys.push("*".to_owned());
        let pieces = match identity {
            ListIdentity::Order => self.by_order(root, &units, column),
            identity => self.by_identity(root, &units, &identity, column),
        };
        self.keys.pop();
        let items = pieces.iter().filter_map(|piece| Some(piece.body.as_ref()?.1.clone()));
        let intended = Intended::Sequence(items.collect());
        assemble(base, ours, theirs, &sides, pieces, intended)
    }

    fn by_identity<'s>(
        &mut self,
        root: Node<'s>,
        units: &Units<'_, 's>,
        identity: &ListIdentity,
        column: usize,
    ) -> Vec<Piece<'s>> {
        let ids = units.map(|units| identities(units, identity));
        let mut all: Vec<&Id> = Vec::new();
        for id in ids.iter().flatten() {
            if !all.contains(&id) {
                all.push(id);
            }
        }
        let mut pieces: Vec<(&Id, Piece<'s>)> = Vec::new();
        for id in all {
            let find = |side: usize| {
                let at = ids[side].iter().position(|other| other == id)?;
                units[side].get(at)
            };
            let triple = Triple { base: find(0), ours: find(1), theirs: find(2) };
            self.path.push(id.shown());
            pieces.extend(self.unit(root, triple, column).map(|piece| (id, piece)));
            self.path.pop();
        }
        let order = weave(&ids[0], &ids[1], &ids[2], &|id| pieces.iter().any(|(present, _)| *present == id));
        pieces.sort_by_key(|(id, _)| order.iter().position(|other| other == *id));
        pieces.into_iter().map(|(_, piece)| piece).collect()
    }

    fn by_order<'s>(&mut self, root: Node<'s>, units: &Units<'_, 's>, column: usize) -> Vec<Piece<'s>> {
        let contents = units.map(|units| units.iter().map(|unit| canonical(unit.value)).collect::<Vec<_>>());
        let hunks = three_way(&contents[0], &contents[1], &contents[2]);
        let mut pieces = Vec::new();
        if counts_agree(&contents, &hunks, self.options.favour) {
            for hunk in &hunks {
                self.hunk(root, units, hunk, column, &mut pieces);
            }
        } else {
            self.at_odds(root, units, column, &mut pieces);
        }
        pieces
    }

    /// Takes one side of a list whose order both changed.
    fn at_odds<'s>(&mut self, root: Node<'s>, units: &Units<'_, 's>, column: usize, pieces: &mut Vec<Piece<'s>>) {
        let [base, ours, theirs] = *units;
        let markers = self.stretch(base, ours, theirs, column, pieces);
        let takes_theirs = !markers && self.options.favour == Favour::Theirs;
        for unit in if takes_theirs { theirs } else { ours } {
            let triple = if takes_theirs {
                Triple { base: None, ours: None, theirs: Some(unit) }
            } else {
                Triple { base: None, ours: Some(unit), theirs: None }
            };
            pieces.extend(self.unit(root, triple, column));
        }
    }

    /// Merges a stretch of a list that has only its order.
    fn hunk<'s>(
        &mut self,
        root: Node<'s>,
        units: &Units<'_, 's>,
        hunk: &Hunk,
        column: usize,
        pieces: &mut Vec<Piece<'s>>,
    ) {
        let [base, ours, theirs] =
            [&units[0][hunk.base.clone()], &units[1][hunk.ours.clone()], &units[2][hunk.theirs.clone()]];
        let pairs = base.len() == ours.len() && ours.len() == theirs.len();
        let pairs = pairs || hunk.change == Change::Alike && ours.len() == theirs.len();
        if pairs {
            for (index, unit) in ours.iter().enumerate() {
                let triple = Triple { base: base.get(index), ours: Some(unit), theirs: theirs.get(index) };
                self.path.push((hunk.ours.start + index).to_string());
                pieces.extend(self.unit(root, triple, column));
                self.path.pop();
            }
            return;
        }
        let alone = |unit| Triple { base: None, ours: Some(unit), theirs: None };
        let taken = |unit| Triple { base: None, ours: None, theirs: Some(unit) };
        let takes_theirs = match hunk.change {
            Change::Theirs => true,
            Change::Conflict if !base.is_empty() => {
                let markers = self.stretch(base, ours, theirs, column, pieces);
                if markers { false } else { self.options.favour == Favour::Theirs }
            }
            _ => false,
        };
        if takes_theirs {
            for (index, unit) in ours.iter().enumerate() {
                let own = our_own(unit, base.get(index), None);
                if !own.is_empty() {
                    pieces.push(Piece::comments(None, &own, column));
                }
            }
        } else {
            pieces.extend(ours.iter().filter_map(|unit| self.unit(root, alone(unit), column)));
        }
        // What both added in one place has room beside each other.
        let both_added = hunk.change == Change::Conflict && base.is_empty();
        if takes_theirs || both_added {
            let is_new =
                |unit: &&Unit<'_>| !both_added || !ours.iter().any(|own| canonical(own.value) == canonical(unit.value));
            pieces.extend(theirs.iter().filter(is_new).filter_map(|unit| self.unit(root, taken(unit), column)));
        }
    }

    /// Reports a conflict over a stretch of a list; returns whether ours stays with a comment.
    fn stretch<'s>(
        &mut self,
        base: &[Unit<'s>],
        ours: &[Unit<'s>],
        theirs: &[Unit<'s>],
        column: usize,
        pieces: &mut Vec<Piece<'s>>,
    ) -> bool {
        let covering = |units: &[Unit<'s>]| {
            let (first, last) = (units.first()?, units.last()?);
            Some(Unit { end: last.end, ..first.clone() })
        };
        let (base, ours, theirs) = (covering(base), covering(ours), covering(theirs));
        let units = Triple { base: base.as_ref(), ours: ours.as_ref(), theirs: theirs.as_ref() };
        let kind = match (&ours, &theirs) {
            (None, _) => ConflictKind::RemovedByUs,
            (_, None) => ConflictKind::RemovedByThem,
            _ => ConflictKind::Changed,
        };
        if self.note(kind, units) {
            return false;
        }
        let lead = laid_out(&self.markers(units), column);
        pieces.push(Piece { key: None, lead, body: None });
        true
    }
}

/// Whether a merge by order holds each item as often as the sides say: where both moved the same item, one may be lost and another be there twice. Of items in
/// conflicts only those count that all sides have alike.
fn counts_agree<C: Eq + Hash>(contents: &[Vec<C>; 3], hunks: &[Hunk], favour: Favour) -> bool {
    let mut counts: HashMap<&C, [usize; 4]> = HashMap::new();
    for (side, item) in contents.iter().enumerate().flat_map(|(side, items)| items.iter().map(move |item| (side, item)))
    {
        counts.entry(item).or_default()[side] += 1;
    }
    let mut open: HashSet<&C> = HashSet::new();
    for hunk in hunks {
        let [base, ours, theirs] =
            [&contents[0][hunk.base.clone()], &contents[1][hunk.ours.clone()], &contents[2][hunk.theirs.clone()]];
        let is_conflict = hunk.change == Change::Conflict;
        if is_conflict {
            open.extend([base, ours, theirs].into_iter().flatten());
        }
        let takes_theirs = hunk.change == Change::Theirs || is_conflict && favour == Favour::Theirs;
        let taken = if takes_theirs { theirs } else { ours };
        // Rows of the same length are merged item by item.
        let is_paired = is_conflict && base.len() == ours.len() && ours.len() == theirs.len();
        for (at, item) in taken.iter().enumerate() {
            let (was, mine, wanted) = (base.get(at), ours.get(at), theirs.get(at));
            let in_pair = if was == mine {
                wanted
            } else if was == wanted {
                mine
            } else {
                None
            };
            counts.entry(in_pair.filter(|_| is_paired).unwrap_or(item)).or_default()[3] += 1;
        }
    }
    counts.into_iter().all(|(item, [base, ours, theirs, merged])| match (base == ours, base == theirs) {
        (true, true) => merged == base,
        _ if open.contains(item) => true,
        (true, false) => merged == theirs,
        (false, true) => merged == ours,
        (false, false) => ours != theirs || merged == ours,
    })
}

/// What identifies an item: some text, and how many items before it have the same.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Id {
    text: String,
    again: usize,
}

impl Id {
    fn shown(&self) -> String {
        if self.again == 0 { self.text.clone() } else { format!("{}#{}", self.text, self.again + 1) }
    }
}

fn identities(units: &[Unit<'_>], identity: &ListIdentity) -> Vec<Id> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let id = |unit: &Unit<'_>| {
        let text = match identity {
            ListIdentity::Fields(fields) => of_fields(unit.value, fields),
            _ => None,
        };
        let text = text.unwrap_or_else(|| unit.value.text().map_or_else(|| canonical(unit.value), str::to_owned));
        let count = seen.entry(text.clone()).or_default();
        *count += 1;
        Id { text, again: *count - 1 }
    };
    units.iter().map(id).collect()
}

/// The fields of an item, such as `kind=Secret,name=hub`; `None` if it has none of them.
fn of_fields(item: Node<'_>, fields: &[Vec<&'static str>]) -> Option<String> {
    let part = |field: &Vec<&'static str>| {
        let text = item.at(field)?.text()?;
        Some(format!("{}={text}", field.join(".")))
    };
    let parts: Vec<String> = fields.iter().filter_map(part).collect();
    (!parts.is_empty()).then(|| parts.join(","))
}

fn all_mappings(units: &Units<'_, '_>) -> bool {
    units.iter().copied().flatten().all(|unit| shape(unit.value) == Shape::Mapping)
}

/// The first field that tells the items of a list apart on every side; their order, if there is none.
fn any_field(units: &Units<'_, '_>, fields: &[&'static str]) -> ListIdentity {
    let tells_apart = |field: &str| {
        units.iter().all(|units| {
            let mut texts: Vec<Option<&str>> =
                units.iter().map(|unit| unit.value.get(field).and_then(Node::text)).collect();
            texts.sort_unstable();
            texts.iter().all(Option::is_some) && texts.windows(2).all(|pair| pair[0] != pair[1])
        })
    };
    let found = fields.iter().find(|field| all_mappings(units) && tells_apart(field));
    found.map_or(ListIdentity::Order, |field| ListIdentity::Fields(vec![vec![*field]]))
}
