//! Lists. A list never changes: each function makes a new one.

use super::{Arguments, Call, Group, at_least, deep_equal, exactly};
use crate::gotemplate::data::{Data, List};

pub(super) const FUNCTIONS: Group = &[
    at_least("list", 0, |arguments| Ok(Data::list(arguments.all().to_vec()))),
    at_least("tuple", 0, |arguments| Ok(Data::list(arguments.all().to_vec()))),
    exactly("append", 2, PUSH),
    exactly("push", 2, PUSH),
    exactly("mustAppend", 2, PUSH),
    exactly("mustPush", 2, PUSH),
    exactly("prepend", 2, PREPEND),
    exactly("mustPrepend", 2, PREPEND),
    exactly("first", 1, FIRST),
    exactly("mustFirst", 1, FIRST),
    exactly("last", 1, LAST),
    exactly("mustLast", 1, LAST),
    exactly("rest", 1, REST),
    exactly("mustRest", 1, REST),
    exactly("initial", 1, INITIAL),
    exactly("mustInitial", 1, INITIAL),
    exactly("reverse", 1, REVERSE),
    exactly("mustReverse", 1, REVERSE),
    exactly("compact", 1, COMPACT),
    exactly("mustCompact", 1, COMPACT),
    exactly("uniq", 1, uniq),
    exactly("mustUniq", 1, uniq),
    at_least("without", 1, without),
    at_least("mustWithout", 1, without),
    exactly("has", 2, has),
    exactly("mustHas", 2, has),
    at_least("slice", 1, slice),
    at_least("mustSlice", 1, slice),
    at_least("concat", 0, concat),
    exactly("chunk", 2, chunk),
    exactly("mustChunk", 2, chunk),
];

const PUSH: Call = |arguments| {
    let mut items = arguments.items(0)?.to_vec();
    items.push(arguments.any(1));
    Ok(Data::list(items))
};

const PREPEND: Call = |arguments| {
    let mut items = vec![arguments.any(1)];
    items.extend_from_slice(arguments.items(0)?);
    Ok(Data::list(items))
};

const FIRST: Call = |arguments| Ok(arguments.items(0)?.first().cloned().unwrap_or(Data::Nil));
const LAST: Call = |arguments| Ok(arguments.items(0)?.last().cloned().unwrap_or(Data::Nil));
const REST: Call = |arguments| Ok(Data::list(arguments.items(0)?.iter().skip(1).cloned().collect()));

const INITIAL: Call = |arguments| {
    let items = arguments.items(0)?;
    Ok(Data::list(items.iter().take(items.len().saturating_sub(1)).cloned().collect()))
};

const REVERSE: Call = |arguments| Ok(Data::list(arguments.items(0)?.iter().rev().cloned().collect()));

const COMPACT: Call =
    |arguments| Ok(Data::list(arguments.items(0)?.iter().filter(|item| item.is_true()).cloned().collect()));

fn contains(items: &[Data], wanted: &Data, arguments: &mut Arguments) -> Result<bool, String> {
    for item in items {
        if deep_equal(item, wanted, arguments, 0)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn uniq(arguments: &mut Arguments) -> Result<Data, String> {
    let mut kept: Vec<Data> = Vec::new();
    for item in arguments.items(0)?.to_vec() {
        if !contains(&kept, &item, arguments)? {
            kept.push(item);
        }
    }
    Ok(Data::list(kept))
}

fn without(arguments: &mut Arguments) -> Result<Data, String> {
    let (items, omitted) = (arguments.items(0)?.to_vec(), arguments.from(1).to_vec());
    let mut kept = Vec::new();
    for item in items {
        if !contains(&omitted, &item, arguments)? {
            kept.push(item);
        }
    }
    Ok(Data::list(kept))
}

fn has(arguments: &mut Arguments) -> Result<Data, String> {
    if arguments.any(1).is_nil() {
        return Ok(Data::Bool(false));
    }
    let (items, wanted) = (arguments.items(1)?.to_vec(), arguments.any(0));
    contains(&items, &wanted, arguments).map(Data::Bool)
}

fn slice(arguments: &mut Arguments) -> Result<Data, String> {
    let items = arguments.items(0)?;
    if items.is_empty() {
        return Ok(Data::Nil);
    }
    let bound = |index: usize, otherwise: usize| match arguments.all().get(index) {
        Some(value) => usize::try_from(super::math::to_int(value)).map_err(|_| "an index is negative".to_owned()),
        None => Ok(otherwise),
    };
    let (start, end) = (bound(1, 0)?, bound(2, items.len())?);
    let part = items.get(start..end).ok_or_else(|| format!("the indexes {start} and {end} are out of range"))?;
    Ok(Data::List(if matches!(&arguments.all().first(), Some(Data::List(list)) if list.is_strings()) {
        List::of_strings(
            part.iter().filter_map(|item| if let Data::Str(text) = item { Some(text.clone()) } else { None }),
        )
    } else {
        List::new(part.to_vec())
    }))
}

fn concat(arguments: &mut Arguments) -> Result<Data, String> {
    let mut all = Vec::new();
    for index in 0..arguments.len() {
        let items = arguments.items(index)?.to_vec();
        arguments.spend(items.len())?;
        all.extend(items);
    }
    Ok(Data::list(all))
}

fn chunk(arguments: &mut Arguments) -> Result<Data, String> {
    let size = usize::try_from(arguments.int(0)?).ok().filter(|size| *size > 0).ok_or("the size must be positive")?;
    Ok(Data::list(arguments.items(1)?.chunks(size).map(|part| Data::list(part.to_vec())).collect()))
}
