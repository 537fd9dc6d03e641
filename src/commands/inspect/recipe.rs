//! How an id of Atrium becomes a card: nothing is asked of either side.

use crate::context::Context;
use crate::error::{Error, Exit};
use crate::model::id_type::{IdType, IdTypes};
use crate::output::{self, Format};

/// Shows how an id of a type becomes a card.
pub(super) fn run(context: &Context<'_>, raw: &str, name: &str) -> Result<Exit, Error> {
    output::offers(
        &context.ui,
        "inspect card --id-type",
        &[Format::Table, Format::Json, Format::Jsonl],
    )?;
    let profile = context.profile()?;
    let id_types = &profile.atrium.id_types;
    let id_type = id_types.get(name);
    let recipe = match id_type.ok_or_else(|| unmapped(name, id_types))? {
        IdType::Card(recipe) => recipe,
        IdType::Ignore => {
            output::card(&context.ui, name, None)?;
            return Ok(Exit::Done);
        }
    };
    let reading = recipe.read(raw);
    output::card(&context.ui, name, Some(&reading))?;
    Ok(match reading.card {
        Ok(_) => Exit::Done,
        Err(_) => Exit::Failed,
    })
}

fn unmapped(name: &str, known: &IdTypes) -> Error {
    let error = Error::message(
        Exit::Usage,
        format!("the profile does not map the id type \"{name}\""),
    );
    let names: Vec<&str> = known.iter().map(|(name, _)| name).collect();
    match known.nearest(name) {
        Some(near) => error.hint(format!("did you mean \"{near}\"?")),
        None if names.is_empty() => error.hint(
            "map it in the profile, for example: [atrium.id_types.\"Prox\"] format = \"HID\", \
             facility_code = \"102\"",
        ),
        None => error.hint(format!("id types that it maps: {}", names.join(", "))),
    }
}
