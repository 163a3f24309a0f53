//! Digest, messages and tables as text and HTML; all Dutch is in its templates.

use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

/// The Dutch sentences, `render/texts.nl.toml`: a table of sections, each key one sentence.
const TEXTS: &str = include_str!("render/texts.nl.toml");

/// All that is said to a person, by name.
#[derive(Debug)]
pub struct Texts {
    environment: Environment<'static>,
}

impl Texts {
    /// The texts shipped with the program.
    pub fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.add_filter("plural", plural);
        let sections: toml::Table = TEXTS
            .parse()
            .expect("the shipped texts are TOML; a test reads them");
        for (section, sentences) in sections {
            let sentences = sentences
                .as_table()
                .expect("the shipped texts are tables of sentences")
                .clone();
            for (key, sentence) in sentences {
                let sentence = sentence.as_str().expect("a sentence is text").to_owned();
                environment
                    .add_template_owned(format!("{section}.{key}"), sentence)
                    .expect("the shipped sentences are templates; a test reads them");
            }
        }
        Texts { environment }
    }

    /// One sentence: `say("fault.not_utf8", &())`.
    ///
    /// # Panics
    ///
    /// When there is no such sentence or the values do not fit it. Both are mistakes of the
    /// program, found by the tests that say every sentence.
    pub fn say(&self, name: &str, values: impl Serialize) -> String {
        let render = |template: minijinja::Template<'_, '_>| {
            template.render(minijinja::value::Serde(&values))
        };
        match self.environment.get_template(name).and_then(render) {
            Ok(sentence) => sentence,
            Err(error) => panic!("text `{name}`: {error:#}"),
        }
    }
}

impl Default for Texts {
    fn default() -> Self {
        Texts::new()
    }
}

/// `{{ n|plural("bericht", "berichten") }}`: the number and the word that fits it.
fn plural(n: i64, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}
