//! Kinds of changes, each with a stable name.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! kinds {
    ($($kind:ident $name:literal $meaning:literal)*) => {
        /// What a change is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $meaning] $kind,)*
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The stable name, in kebab-case.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

kinds! {
    OperationRemoved "operation-removed" "The operation is gone."
    OperationAdded "operation-added" "The operation is new."
    OperationMoved "operation-moved" "The operation of this name has another method or path."
    OperationRenamed "operation-renamed" "The `operationId` is another one."
    Deprecated "deprecated" "Something is marked `deprecated` in one of the documents."
    Unreadable "unreadable" "A part of a document cannot be read, so that nothing can be said."
    NotCompared "not-compared" "The documents are too large to be compared to their end."
    ServerRemoved "server-removed" "A server is no longer named."
    ServerAdded "server-added" "A server is named now."
    CredentialsRequired "credentials-required" "Credentials that were enough are no longer."
    CredentialsLoosened "credentials-loosened" "Other credentials are enough, too, or fewer."
    TokensChanged "tokens-changed" "Tokens come from elsewhere, or in another way."
    ParameterRemoved "parameter-removed" "The parameter is no longer declared."
    ParameterAdded "parameter-added" "A parameter is declared that may be left out."
    RequiredParameterAdded "required-parameter-added" "A parameter is declared that must be sent."
    ParameterBecameRequired "parameter-became-required" "The parameter must be sent now."
    ParameterBecameOptional "parameter-became-optional" "The parameter may be left out now."
    SerializationChanged "serialization-changed" "The value is written in another way."
    DefaultChanged "default-changed" "What is taken when nothing is sent is another value."
    BodyRemoved "body-removed" "The request body is no longer declared."
    BodyAdded "body-added" "A request body is declared that may be left out."
    RequiredBodyAdded "required-body-added" "A request body is declared that must be sent."
    BodyBecameRequired "body-became-required" "The request body must be sent now."
    BodyBecameOptional "body-became-optional" "The request body may be left out now."
    MediaTypeRemoved "media-type-removed" "The media type is no longer declared."
    MediaTypeAdded "media-type-added" "The media type is declared now."
    EncodingChanged "encoding-changed" "A part of a form is sent in another way."
    StatusRemoved "status-removed" "The status is no longer documented."
    StatusAdded "status-added" "The status is documented now."
    ContentRemoved "content-removed" "The answer has no declared body any more."
    ContentAdded "content-added" "The answer has a declared body now."
    HeaderRemoved "header-removed" "The response header is no longer declared."
    HeaderAdded "header-added" "The response header is declared now."
    HeaderBecameRequired "header-became-required" "The response header is always sent now."
    HeaderBecameOptional "header-became-optional" "The response header may be missing now."
    LinkRemoved "link-removed" "The link is no longer declared."
    LinkAdded "link-added" "The link is declared now."
    LinkChanged "link-changed" "The link leads elsewhere, or with other values."
    CallbackRemoved "callback-removed" "The callback is no longer declared."
    CallbackAdded "callback-added" "The callback is declared now."
    CallbackMoved "callback-moved" "The URL that is called back comes from elsewhere."
    WebhookRemoved "webhook-removed" "The webhook is no longer declared."
    WebhookAdded "webhook-added" "The webhook is declared now."
    PropertyRemoved "property-removed" "The property is no longer declared."
    PropertyAdded "property-added" "A property is declared that may be missing."
    RequiredPropertyAdded "required-property-added" "A property is declared that is always there."
    PropertyBecameRequired "property-became-required" "The property must be there now."
    PropertyBecameOptional "property-became-optional" "The property may be missing now."
    OtherPropertiesRefused "other-properties-refused" "Properties that are not declared are refused now."
    OtherPropertiesAllowed "other-properties-allowed" "Properties that are not declared are allowed now."
    TypeChanged "type-changed" "Another type is asked for."
    TypesRemoved "types-removed" "Fewer types are allowed."
    TypesAdded "types-added" "More types are allowed."
    ValuesRemoved "values-removed" "Members of a list of values are gone."
    ValuesAdded "values-added" "Members of a list of values are new."
    ValuesListed "values-listed" "Only listed values are allowed now."
    ValuesUnlisted "values-unlisted" "Values beyond the listed ones are allowed now."
    RangeChanged "range-changed" "The bounds of a number are others."
    LengthChanged "length-changed" "The bounds of a string's length are others."
    ItemCountChanged "item-count-changed" "The bounds of the number of items are others."
    PropertyCountChanged "property-count-changed" "The bounds of the number of properties are others."
    MultipleChanged "multiple-changed" "The number that values are multiples of is another one."
    PatternChanged "pattern-changed" "The pattern is another one."
    FormatChanged "format-changed" "The format is another one."
    UniquenessChanged "uniqueness-changed" "Items must differ, or need not any more."
    BranchRemoved "branch-removed" "A branch of `oneOf` or `anyOf` is gone."
    BranchAdded "branch-added" "A branch of `oneOf` or `anyOf` is new."
    DiscriminatorChanged "discriminator-changed" "Branches are told apart in another way."
    ConditionChanged "condition-changed" "What must hold besides is something else."
    SchemaChanged "schema-changed" "The schema says something else."
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
