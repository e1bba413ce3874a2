import type { GraphQLSchema } from 'graphql'
import type { Depth, FieldGroup } from '../domain/field-group'
import type { RecordPart } from './record-parts'

/** The schema read into what access, query and journal need to know of it. */
export interface Catalogue {
  readonly schema: GraphQLSchema
  readonly types: ReadonlyMap<string, ObjectType>
  readonly filters: ReadonlyMap<string, InputUse>
  readonly dictionary: Dictionary
  /** The tables of the record as an offender's case shows them. */
  readonly parts: readonly RecordPart[]
  type(name: string): ObjectType
}

/**
 * `entity`: rows of a table. `part`: more fields of the same row. `connection` and `edge`: a page of
 * rows. `given`: values of the gateway's own. `root`: the operations.
 */
export type TypeKind = 'entity' | 'part' | 'connection' | 'edge' | 'given' | 'root'

export interface ObjectType {
  readonly name: string
  readonly kind: TypeKind
  readonly table?: string
  readonly about?: 'OFFENDER' | 'MEETING' | 'REFERENCE'
  readonly live: boolean
  readonly fields: ReadonlyMap<string, Field>
}

export type Classification = GroupClassification | { readonly kind: 'follows' }

export interface GroupClassification {
  readonly kind: 'group'
  readonly group: FieldGroup
  readonly from: Exclude<Depth, 'NONE'>
  /** Free text, which systems that read for nobody never get. */
  readonly prose: boolean
}

export interface Field {
  /** `Type.field`, as the journal's dictionary has it. */
  readonly coordinate: string
  readonly name: string
  /** Name of the object type; absent on a leaf. */
  readonly type?: string
  readonly list: boolean
  readonly classification: Classification
  readonly column: string
  /** The column is that of the row the object hangs on. */
  readonly holder: boolean
  readonly relation?: Relation
  readonly worked?: string
  /** Name of the condition of which it tells whether it is true of the row. */
  readonly holds?: string
  /** Name of the list beside this field whose state it tells. */
  readonly stateOf?: string
}

export interface Relation {
  readonly kind: 'one' | 'many' | 'connection'
  readonly key: string
  readonly of: string
  readonly order: readonly OrderTerm[]
  readonly where: readonly string[]
}

export interface OrderTerm {
  readonly column: string
  readonly descending: boolean
}

/** An input field and the field of the record that it uses. */
export interface InputUse {
  readonly input: string
  readonly uses: string
}

/** The fields that a bitmap's bits stand for; the version is a hash of the list. */
export interface Dictionary {
  readonly version: string
  readonly fields: readonly string[]
  bit(coordinate: string): number
}
