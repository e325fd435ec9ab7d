//! Scratch.
#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::unwrap_used, clippy::disallowed_methods)]
use treewright::{text::SourceText, yaml::*};
fn main() {
    for t in ["a: |-\n  ,日\nb: {}\n", "a: |-\n  ,日\nb: {c: 1}\n", "a: ,日\nb: {c: 1}\n"] {
        let mut p = yaml_rust2::parser::Parser::new_from_str(t);
        loop {
            match p.next_token() {
                Ok((yaml_rust2::parser::Event::StreamEnd, _)) => break,
                Ok(e) => println!("  {e:?}"),
                Err(e) => {
                    println!("{e}");
                    break;
                }
            }
        }
        match Stream::parse(SourceText::new(t)) {
            Ok(s) => {
                for n in s.nodes() {
                    println!("{:?} {:?} {:?} {:?}", n.span(), n.kind(), n.text(), n.is_flow());
                }
            }
            Err(e) => println!("{e:?}"),
        }
    }
}
