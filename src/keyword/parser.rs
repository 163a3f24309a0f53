//! From tokens to an expression. NEAR binds tightest, then NOT, AND, OR.

use crate::form::nearest::nearest;
use crate::keyword::expression::{Expression, Term};
use crate::keyword::lists::WordLists;
use crate::keyword::token::{Cut, Kind, Token, tokens};
use crate::keyword::{MAX_CHARACTERS, MAX_FORMS, Trouble};
use crate::mistake::{Fault, shown};

/// Deepest nesting of brackets: nobody reads deeper, and parsing takes stack.
const MAX_DEPTH: u32 = 16;

/// Most word lists that are told when a name is none of them.
const MOST_NAMES_TOLD: usize = 20;

/// Parses a line: the expression with its text, or `None` when nothing but a comment stands there.
pub(super) fn parse<'l>(
    words: &WordLists,
    line: &'l str,
) -> Result<Option<(Expression, &'l str)>, Trouble> {
    if line.chars().nth(MAX_CHARACTERS).is_some() {
        let limit = MAX_CHARACTERS;
        return Err(Trouble::new(0, Fault::ExpressionTooLong { limit }));
    }
    let Cut {
        tokens,
        terms,
        text,
    } = tokens(line)?;
    let Some(first) = tokens.first() else {
        return Ok(None);
    };
    let start = first.column;
    let mut parser = Parser {
        words,
        tokens: &tokens,
        terms: terms.into_iter(),
        at: 0,
        end: 1 + u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
        depth: 0,
    };
    let expression = parser.or()?;
    if let Some(token) = parser.peek() {
        return Err(parser.unexpected(token));
    }
    if expression.place_is_enough() {
        return Err(Trouble::new(start, Fault::PlaceAlone));
    }
    let found = expression.count_forms();
    if found > MAX_FORMS {
        let limit = MAX_FORMS;
        return Err(Trouble::new(start, Fault::TooManyForms { found, limit }));
    }
    Ok(Some((expression, text)))
}

struct Parser<'a> {
    words: &'a WordLists,
    tokens: &'a [Token<'a>],
    /// Of the tokens that are still to come.
    terms: std::vec::IntoIter<Term>,
    at: usize,
    /// Column just after the expression, where something is missing.
    end: u32,
    depth: u32,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token<'a>> {
        self.tokens.get(self.at)
    }

    /// Takes the next token when it is of this kind.
    fn take(&mut self, wanted: impl Fn(&Kind<'_>) -> bool) -> Option<&'a Token<'a>> {
        let token = self.peek().filter(|token| wanted(&token.kind))?;
        self.at += 1;
        Some(token)
    }

    fn or(&mut self) -> Result<Expression, Trouble> {
        let mut any = vec![self.and()?];
        let separator = self.peek().map(|token| &token.kind);
        if matches!(separator, Some(Kind::Comma)) {
            self.commas(&mut any)?;
        }
        while self.take(|kind| matches!(kind, Kind::Or)).is_some() {
            any.push(self.and()?);
        }
        Ok(match any.len() {
            1 => any.swap_remove(0),
            _ => Expression::Or(any),
        })
    }

    /// The rest of `raam, ruit, deur`. A comma means OR, but not beside an operator: there a reader
    /// cannot see what belongs to what.
    fn commas(&mut self, any: &mut Vec<Expression>) -> Result<(), Trouble> {
        let is_entry = |one: &Expression| matches!(one, Expression::Term(_) | Expression::Named(_));
        let mixed = |column| Err(Trouble::new(column, Fault::CommaMixed));
        if !any.iter().all(is_entry) {
            return mixed(self.column());
        }
        while self.take(|kind| matches!(kind, Kind::Comma)).is_some() {
            let column = self.column();
            let entry = self.operand()?;
            let operator = self.peek().is_some_and(|token| is_operator(&token.kind));
            if operator || !is_entry(&entry) {
                return mixed(column);
            }
            any.push(entry);
        }
        Ok(())
    }

    fn and(&mut self) -> Result<Expression, Trouble> {
        if let Some(not) = self.take(|kind| matches!(kind, Kind::Not)) {
            return Err(Trouble::new(not.column, Fault::NotFirst));
        }
        let mut all = vec![self.near()?];
        let mut none = Vec::new();
        while self.take(|kind| matches!(kind, Kind::And)).is_some() {
            match self.take(|kind| matches!(kind, Kind::Not)) {
                Some(_) => none.push(self.near()?),
                None => all.push(self.near()?),
            }
        }
        Ok(match (all.len(), none.len()) {
            (1, 0) => all.swap_remove(0),
            _ => Expression::And { all, none },
        })
    }

    fn near(&mut self) -> Result<Expression, Trouble> {
        let left_column = self.column();
        let left = self.operand()?;
        let is_near = |kind: &Kind<'_>| matches!(kind, Kind::Near { .. });
        let Some(near) = self.take(is_near) else {
            return Ok(left);
        };
        let right_column = self.column();
        let right = self.operand()?;
        if let Some(second) = self.take(is_near) {
            return Err(Trouble::new(second.column, Fault::NearChained));
        }
        for (side, column) in [(&left, left_column), (&right, right_column)] {
            if side.has_and() {
                return Err(Trouble::new(column, Fault::AndInsideNear));
            }
        }
        let Kind::Near { within, order } = near.kind else {
            unreachable!("only NEAR was taken");
        };
        Ok(Expression::Near {
            left: Box::new(left),
            right: Box::new(right),
            within,
            order,
        })
    }

    /// A term, or an expression in brackets.
    fn operand(&mut self) -> Result<Expression, Trouble> {
        let Some(token) = self.peek() else {
            return Err(self.missing());
        };
        match token.kind {
            Kind::Term => {
                self.at += 1;
                let term = self.terms.next();
                Ok(Expression::Term(term.expect("there is one for each token")))
            }
            Kind::Named(name) => {
                self.at += 1;
                self.named(name, token.column)
            }
            Kind::Open => {
                self.at += 1;
                self.brackets(token)
            }
            _ => Err(self.unexpected(token)),
        }
    }

    /// The word list of this name.
    fn named(&self, name: &str, column: u32) -> Result<Expression, Trouble> {
        let list = self.words.get(name).cloned();
        list.map(Expression::Named).ok_or_else(|| {
            let as_written = |name: &str| format!("${name}");
            let few = self.words.names().count() <= MOST_NAMES_TOLD;
            let fault = Fault::UnknownWord {
                found: as_written(&shown(name)),
                nearest: nearest(name, self.words.names()).map(|name| as_written(&name)),
                expected: self.words.names().filter(|_| few).map(as_written).collect(),
            };
            Trouble::new(column, fault)
        })
    }

    fn brackets(&mut self, open: &Token<'_>) -> Result<Expression, Trouble> {
        if let Some(close) = self.take(|kind| matches!(kind, Kind::Close)) {
            let found = format!("{}{}", open.written, close.written);
            return Err(Trouble::new(open.column, Fault::EmptyAlternative { found }));
        }
        if self.depth == MAX_DEPTH {
            let limit = MAX_DEPTH;
            return Err(Trouble::new(open.column, Fault::NestedTooDeep { limit }));
        }
        self.depth += 1;
        let inside = self.or()?;
        self.depth -= 1;
        match self.peek() {
            Some(token) if matches!(token.kind, Kind::Close) => {
                self.at += 1;
                Ok(inside)
            }
            Some(token) => Err(self.unexpected(token)),
            None => {
                let found = open.written.to_owned();
                Err(Trouble::new(open.column, Fault::UnclosedBracket { found }))
            }
        }
    }

    fn column(&self) -> u32 {
        self.peek().map_or(self.end, |token| token.column)
    }

    fn previous(&self) -> Option<&'a Token<'a>> {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at))
    }

    /// Something had to follow and the line ends.
    fn missing(&self) -> Trouble {
        let fault = match self.previous() {
            Some(token) if matches!(token.kind, Kind::Open) => Fault::UnclosedBracket {
                found: token.written.to_owned(),
            },
            Some(token) => operand_missing(token),
            None => Fault::EmptyExpression,
        };
        Trouble::new(self.end, fault)
    }

    /// This token cannot stand here.
    fn unexpected(&self, token: &Token<'_>) -> Trouble {
        let before = self.previous();
        let fault = match (&token.kind, before) {
            (Kind::Close | Kind::Comma, Some(before)) if needs_more(&before.kind) => {
                operand_missing(before)
            }
            (Kind::Close, _) => Fault::UnopenedBracket,
            (Kind::Comma, Some(_)) => Fault::CommaMixed,
            (Kind::Not, _) => Fault::NotFirst,
            (Kind::Term | Kind::Named(_) | Kind::Open, Some(before)) => Fault::MissingOperator {
                left: before.written.to_owned(),
                right: token.written.to_owned(),
            },
            _ => operand_missing(token),
        };
        Trouble::new(token.column, fault)
    }
}

/// Whether something must follow.
fn needs_more(kind: &Kind<'_>) -> bool {
    is_operator(kind) || matches!(kind, Kind::Comma)
}

fn is_operator(kind: &Kind<'_>) -> bool {
    matches!(kind, Kind::And | Kind::Or | Kind::Not | Kind::Near { .. })
}

/// A side of this operator is missing.
fn operand_missing(operator: &Token<'_>) -> Fault {
    let found = operator.written.to_owned();
    match operator.kind {
        Kind::Or | Kind::Comma => Fault::EmptyAlternative { found },
        _ => Fault::MissingOperand { operator: found },
    }
}
