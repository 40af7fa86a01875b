//! Lists of the most likely tokens, one response a line, as OpenAI's API and vLLM give them.
//!
//! - OpenAI chat: `choices[].logprobs.content[]` with `token`, `logprob`, `bytes`, `top_logprobs[]`
//! - OpenAI completions: `choices[].logprobs` with `tokens`, `token_logprobs`, `top_logprobs`
//! - vLLM: `prompt_logprobs[]`, each null or `{token id: {logprob, …}}`, the token that came first
//!
//! Tokens are told apart by id where there is one, by bytes or text where there is none.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::{Bytes, Error};

/// The longest line that is read.
const LONGEST_LINE: u64 = 256 << 20;

/// OpenAI's way to say "very unlikely": no probability.
const UNLIKELY: f64 = -9999.0;

/// An open file of responses.
#[derive(Debug)]
pub(super) struct JsonLines {
    bytes: Bytes,
}

/// A token's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Id(u32),
    Bytes(Vec<u8>),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "token {id}"),
            Self::Bytes(bytes) => write!(f, "`{}`", String::from_utf8_lossy(bytes)),
        }
    }
}

/// What is listed for one position.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct List {
    /// The token that came and its log-probability.
    pub(super) target: (Key, Option<f64>),
    /// Tokens with their log-probabilities, the target among them; each once.
    pub(super) tokens: Vec<(Key, f64)>,
}

impl JsonLines {
    pub(super) fn open(bytes: Bytes) -> Result<Self, Error> {
        let file = Self { bytes };
        file.lines()?.next().transpose()?;
        Ok(file)
    }

    pub(super) fn len(&self) -> u64 {
        self.bytes.len()
    }

    pub(super) fn name(&self) -> &str {
        self.bytes.name()
    }

    /// The lists of each line.
    pub(super) fn lines(&self) -> Result<Lines<'_>, Error> {
        let mut file = self.bytes.file()?;
        let rewound = file.rewind();
        rewound.map_err(|error| Error::io(&error).in_file(self.name()))?;
        Ok(Lines {
            name: self.name(),
            reader: BufReader::new(file),
            line: 0,
            read: 0,
        })
    }
}

/// Reads a file line by line.
pub(super) struct Lines<'a> {
    name: &'a str,
    reader: BufReader<&'a File>,
    /// The number of the line that came last, counted from 1.
    pub(super) line: u64,
    /// How many bytes have been read.
    pub(super) read: u64,
}

impl Iterator for Lines<'_> {
    type Item = Result<Vec<List>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut text = Vec::new();
            let mut line = (&mut self.reader).take(LONGEST_LINE);
            self.line += 1;
            let length = line.read_until(b'\n', &mut text);
            self.read += text.len() as u64;
            let parsed = match length {
                Err(error) => Err(Error::io(&error)),
                Ok(0) => return None,
                Ok(_) if text.trim_ascii().is_empty() => continue,
                Ok(n) if n as u64 == LONGEST_LINE => {
                    Err(Error::new(format!("is longer than {LONGEST_LINE} bytes")))
                }
                Ok(_) => lists(&text),
            };
            let at = |error: Error| error.at(format!("line {}", self.line)).in_file(self.name);
            return Some(parsed.map_err(at));
        }
    }
}

/// Everything that is looked for in a line; other fields are left aside.
#[derive(Deserialize)]
struct Response {
    choices: Option<Vec<Choice>>,
    prompt_logprobs: Option<PromptLogprobs>,
}

#[derive(Deserialize)]
struct Choice {
    logprobs: Option<Logprobs>,
    prompt_logprobs: Option<PromptLogprobs>,
}

type PromptLogprobs = Vec<Option<Ordered<Logprob>>>;

#[derive(Deserialize)]
struct Logprobs {
    content: Option<Vec<Content>>,
    tokens: Option<Vec<String>>,
    token_logprobs: Option<Vec<Option<f64>>>,
    top_logprobs: Option<Vec<Option<Ordered<f64>>>>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(flatten)]
    token: Token,
    top_logprobs: Vec<Token>,
}

#[derive(Deserialize)]
struct Token {
    token: String,
    logprob: f64,
    bytes: Option<Vec<u8>>,
}

#[derive(Deserialize)]
struct Logprob {
    logprob: f64,
}

impl Token {
    fn named(self) -> (Key, f64) {
        let bytes = self.bytes.unwrap_or_else(|| self.token.into_bytes());
        (Key::Bytes(bytes), self.logprob)
    }
}

fn lists(line: &[u8]) -> Result<Vec<List>, Error> {
    let response: Response = serde_json::from_slice(line)
        .map_err(|error| Error::new(format!("is no response with log-probabilities: {error}")))?;
    let mut choices = response.choices.unwrap_or_default();
    if choices.len() > 1 {
        return Err(Error::new(format!(
            "has {} choices, and one is compared",
            choices.len()
        ))
        .advise("ask for n = 1"));
    }
    let choice = choices.pop();
    let (logprobs, prompt) = match choice {
        Some(choice) => (choice.logprobs, choice.prompt_logprobs),
        None => (None, None),
    };
    let lists = match (response.prompt_logprobs.or(prompt), logprobs) {
        (Some(prompt), _) => of_prompt(prompt)?,
        (
            None,
            Some(Logprobs {
                content: Some(content),
                ..
            }),
        ) => content.into_iter().map(of_content).collect(),
        (
            None,
            Some(Logprobs {
                tokens: Some(tokens),
                token_logprobs: Some(token_logprobs),
                top_logprobs: Some(top_logprobs),
                ..
            }),
        ) => of_completion(tokens, &token_logprobs, top_logprobs)?,
        _ => {
            return Err(
                Error::new("has no log-probabilities of the most likely tokens")
                    .advise("ask for them: top_logprobs with OpenAI, prompt_logprobs with vLLM"),
            );
        }
    };
    lists
        .into_iter()
        .enumerate()
        .map(|(i, list)| clean(list, i))
        .collect()
}

fn of_content(content: Content) -> List {
    let (key, ln) = content.token.named();
    let mut tokens = vec![(key.clone(), ln)];
    // The token that came is among the most likely ones, or beside them.
    let others = content.top_logprobs.into_iter().map(Token::named);
    tokens.extend(others.filter(|(other, _)| *other != key));
    List {
        target: (key, Some(ln)),
        tokens,
    }
}

fn of_completion(
    tokens: Vec<String>,
    token_logprobs: &[Option<f64>],
    top_logprobs: Vec<Option<Ordered<f64>>>,
) -> Result<Vec<List>, Error> {
    if tokens.len() != token_logprobs.len() || tokens.len() != top_logprobs.len() {
        return Err(Error::new(format!(
            "has {} tokens, {} token_logprobs and {} top_logprobs",
            tokens.len(),
            token_logprobs.len(),
            top_logprobs.len()
        )));
    }
    let rows = tokens.into_iter().zip(token_logprobs).zip(top_logprobs);
    let list = |((token, ln), top): ((String, &Option<f64>), Option<Ordered<f64>>)| {
        // The first token of an echoed prompt has neither.
        let (ln, top) = ((*ln)?, top?);
        let key = Key::Bytes(token.into_bytes());
        let mut tokens = vec![(key.clone(), ln)];
        let others = top
            .0
            .into_iter()
            .map(|(text, ln)| (Key::Bytes(text.into_bytes()), ln));
        tokens.extend(others.filter(|(other, _)| *other != key));
        Some(List {
            target: (key, Some(ln)),
            tokens,
        })
    };
    Ok(rows.filter_map(list).collect())
}

fn of_prompt(prompt: PromptLogprobs) -> Result<Vec<List>, Error> {
    let list = |entries: Ordered<Logprob>| {
        let tokens = entries
            .0
            .into_iter()
            .map(|(id, entry)| match id.parse() {
                Ok(id) => Ok((Key::Id(id), entry.logprob)),
                Err(_) => Err(Error::new(format!("`{id}` is no token id"))),
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let first = tokens.first().cloned();
        let (key, ln) = first.ok_or_else(|| Error::new("lists no token for a position"))?;
        Ok(List {
            target: (key, Some(ln)),
            tokens,
        })
    };
    // The first position has nothing before it to be predicted from.
    prompt.into_iter().flatten().map(list).collect()
}

/// Without what is no probability, each token once, and a sum that a distribution can have.
fn clean(mut list: List, position: usize) -> Result<List, Error> {
    let bad = list.tokens.iter().find(|(_, ln)| ln.is_nan() || *ln > 1e-3);
    if let Some((_, ln)) = bad {
        return Err(Error::new(format!(
            "position {position} has a log-probability of {ln}, and 0 is the largest there is"
        )));
    }
    list.tokens.retain(|(_, ln)| *ln > UNLIKELY);
    if list.target.1.is_some_and(|ln| ln <= UNLIKELY) {
        list.target.1 = None;
    }
    // Texts may stand for several tokens: which of them it is in the other list, nobody knows.
    let mut times: HashMap<Key, usize> = HashMap::new();
    for (key, _) in &list.tokens {
        *times.entry(key.clone()).or_default() += 1;
    }
    list.tokens.retain(|(key, _)| times[key] == 1);
    let sum: f64 = list.tokens.iter().map(|(_, ln)| ln.exp()).sum();
    if sum > 1.001 {
        return Err(Error::new(format!(
            "position {position} lists probabilities that sum to {sum:.6}"
        ))
        .advise("log-probabilities are natural logarithms: convert those to another base"));
    }
    Ok(list)
}

/// An object's entries in the order of the file.
struct Ordered<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Ordered<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tokens")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}
