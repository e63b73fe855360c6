mod conditions;
mod criteria;
mod laws;
mod syntax;
