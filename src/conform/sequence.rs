//! Stateful sequences: create, read, write, read, delete, read.

use std::io;

use serde_json::Value;

use super::relation::{Relation, Rewrite, relations, rewrites};
use super::run::Run;
use super::{identity, link};
use crate::case::{Phase, Resources, Skip, valid};
use crate::check::Step;
use crate::http::{Response, Transport};
use crate::spec::OperationId;

/// How often each resource is rewritten: with one write, a server that has lost it may show the same
/// members by chance.
const REWRITES: u64 = 2;

/// The purpose of resources that are created for planned cases.
const ACQUIRE: &str = "acquire";

/// Creates one resource of each kind, or takes one from a list, for the planned cases to use.
pub(super) async fn acquire<T: Transport>(run: &mut Run<'_, T>) -> io::Result<Resources> {
    let mut pins = run.options.plan.resources.clone();
    let mut found = Resources::new();
    for relation in needed(run) {
        let key = relation.key();
        let identifier = match create(run, &relation, &pins, ACQUIRE).await? {
            Some(created) => identity_of(&created, &relation),
            None => None,
        };
        let only = run.options.only.as_ref();
        let is_list_picked = only.is_some_and(|only| only.lists(&relation));
        let listed = match identifier {
            Some(_) if !is_list_picked => Vec::new(),
            _ => list(run, &relation, &pins).await?,
        };
        let identifiers = identifier.map_or(listed, |identifier| vec![identifier]);
        if !identifiers.is_empty() {
            pins.insert(key.clone(), identifiers.clone());
            found.insert(key, identifiers);
        }
    }
    linked(run, &mut pins, &mut found).await?;
    Ok(found)
}

/// Asks the operations whose links give values to path parameters that are still without one.
async fn linked<T: Transport>(
    run: &mut Run<'_, T>,
    pins: &mut Resources,
    found: &mut Resources,
) -> io::Result<()> {
    let spec = run.spec;
    for operation in spec.operations.values() {
        let missing = |pins: &Resources| {
            let mut wanted = link::wanted(spec, operation).into_iter();
            wanted.any(|key| !pins.contains_key(&key))
        };
        let only = run.options.only.as_ref();
        let is_needed = only.is_none_or(|only| only.follows(spec, operation));
        let is_picked = only.is_some_and(|only| only.has(Phase::Stateful, &operation.id));
        let is_asked =
            is_needed && (missing(pins) || is_picked && !link::wanted(spec, operation).is_empty());
        if !is_asked || (!operation.is_safe() && !run.options.writes) {
            continue;
        }
        let asked = step(run, &operation.id, pins, "linked", 0, &[]).await?;
        let Some(response) = asked.as_ref().and_then(|step| step.exchange.response()) else {
            continue;
        };
        for (key, values) in link::followed(spec, operation, response) {
            if !pins.contains_key(&key) {
                pins.insert(key.clone(), values.clone());
                found.insert(key, values);
            }
        }
    }
    Ok(())
}

/// Runs all sequences that the document gives rise to.
pub(super) async fn run<T: Transport>(run: &mut Run<'_, T>) -> io::Result<()> {
    let mut pins = run.options.plan.resources.clone();
    let only = run.options.only.as_ref();
    let relations = needed(run);
    // What is rewritten below is created here, so that nobody else's resources are touched.
    for relation in &relations {
        let Some(created) = create(run, relation, &pins, "create").await? else {
            continue;
        };
        let Some(identifier) = identity_of(&created, relation) else {
            continue;
        };
        pins.insert(relation.key(), vec![identifier]);
        if let Some(read) = &relation.read {
            step(run, read, &pins, "read-created", 0, &[created]).await?;
        }
    }
    let wanted = |rewrite: &Rewrite| only.is_none_or(|only| only.rewrites(rewrite));
    for rewrite in rewrites(run.spec).into_iter().filter(wanted) {
        for round in 0..REWRITES {
            let Some(written) = step(run, &rewrite.write, &pins, "rewrite", round, &[]).await?
            else {
                break;
            };
            if succeeded(&written) {
                step(run, &rewrite.read, &pins, "read-written", round, &[written]).await?;
            }
        }
    }
    // Inner resources go before the ones that they live in.
    let wanted = |relation: &&Relation| only.is_none_or(|only| only.ends(relation));
    for relation in relations.iter().rev().filter(wanted) {
        let Some(delete) = &relation.delete else {
            continue;
        };
        let Some(created) = create(run, relation, &pins, "delete").await? else {
            continue;
        };
        let Some(identifier) = identity_of(&created, relation) else {
            continue;
        };
        let mut pins = pins.clone();
        pins.insert(relation.key(), vec![identifier]);
        let Some(deleted) = step(
            run,
            delete,
            &pins,
            "delete",
            0,
            std::slice::from_ref(&created),
        )
        .await?
        else {
            continue;
        };
        if let Some(read) = &relation.read
            && succeeded(&deleted)
        {
            step(run, read, &pins, "read-deleted", 0, &[created, deleted]).await?;
        }
    }
    Ok(())
}

/// The kinds of resources that the cases need.
fn needed<T: Transport>(run: &Run<'_, T>) -> Vec<Relation> {
    let all = relations(run.spec);
    match &run.options.only {
        Some(only) => only.needed(run.spec, all),
        None => all,
    }
}

async fn create<T: Transport>(
    run: &mut Run<'_, T>,
    relation: &Relation,
    pins: &Resources,
    purpose: &str,
) -> io::Result<Option<Step>> {
    let Some(create) = &relation.create else {
        return Ok(None);
    };
    if !run.options.writes {
        return Ok(None);
    }
    let created = step(run, create, pins, purpose, 0, &[]).await?;
    let failed = created.as_ref().filter(|step| !succeeded(step));
    if let Some(failed) = failed.filter(|_| purpose != ACQUIRE) {
        let answer = match &failed.exchange.outcome {
            Ok(response) => format!("was answered with {}", response.status),
            Err(error) => format!("failed: {error}"),
        };
        // What would have been done with it is left out, and that must not go unsaid.
        for operation in relation.read.iter().chain(&relation.delete) {
            run.skip(Skip {
                operation: operation.clone(),
                phase: Phase::Stateful,
                reason: format!("nothing was created for it: `{create}` {answer}"),
            })?;
        }
    }
    Ok(created.filter(succeeded))
}

async fn list<T: Transport>(
    run: &mut Run<'_, T>,
    relation: &Relation,
    pins: &Resources,
) -> io::Result<Vec<Value>> {
    let Some(list) = &relation.list else {
        return Ok(Vec::new());
    };
    let listed = step(run, list, pins, "list", 0, &[]).await?;
    Ok(listed
        .as_ref()
        .and_then(|step| step.exchange.response())
        .filter(|response| response.is_success())
        .map(|response| identity::listed(response, &relation.parameter))
        .unwrap_or_default())
}

fn identity_of(created: &Step, relation: &Relation) -> Option<Value> {
    let response = created.exchange.response()?;
    identity::created(
        response,
        created.exchange.request.path_only(),
        &relation.parameter,
    )
}

fn succeeded(step: &Step) -> bool {
    let response = step.exchange.response();
    response.is_some_and(Response::is_success)
}

/// Sends one valid request of an operation with the pinned path parameters.
async fn step<T: Transport>(
    run: &mut Run<'_, T>,
    id: &OperationId,
    pins: &Resources,
    purpose: &str,
    round: u64,
    history: &[Step],
) -> io::Result<Option<Step>> {
    if !run.options.plan.operations.contains(id) {
        return Ok(None);
    }
    let Some(operation) = run.spec.operations.get(id) else {
        return Ok(None);
    };
    let seed = run
        .options
        .plan
        .seed
        .derive(id.as_str(), 0)
        .derive(purpose, round);
    match valid(run.spec, operation, Phase::Stateful, seed, pins) {
        Ok(case) => run.one(case, history).await,
        Err(reason) => {
            run.skip(Skip {
                operation: id.clone(),
                phase: Phase::Stateful,
                reason,
            })?;
            Ok(None)
        }
    }
}
