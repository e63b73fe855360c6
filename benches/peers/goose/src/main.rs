//! `goose-peer --host URL --users N --run-time 5s ...`: each user asks for the same user again and again.

use goose::prelude::*;

const PATH: &str = "/v2/users/0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60";

async fn read(user: &mut GooseUser) -> TransactionResult {
    let answer = user.get(PATH).await?;
    if let Ok(response) = answer.response {
        // The body is read, as by all others, and not looked at.
        let _ = response.bytes().await;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let read = scenario!("read").register_transaction(transaction!(read));
        GooseAttack::initialize()?.register_scenario(read).execute().await?;
        Ok(())
    })
}
