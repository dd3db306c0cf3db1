/// <reference lib="dom" />
/** Who is painted: people that come with the page, or the person of a photo. */
import type { Picture, Sample } from "../data/types.ts";
import type { Joints, Size } from "../pose/types.ts";
import { subjectIn } from "../repose/subject.ts";
import { fetchJson, fetchPicture } from "./files.ts";

/** Somebody, as a model with the given frame sees them. */
export interface Person {
  readonly name: string;
  sample(frame: Size): Sample;
}

/** A person that comes with the page: the address of a picture, and the joints in its pixels. */
export interface BuiltInPerson {
  readonly picture: string;
  readonly joints: Joints;
}

/** The people that come with the page. @throws Error of one sentence where they do not come. */
export async function builtInPeople(): Promise<Person[]> {
  const people = await fetchJson<BuiltInPerson[]>(document.body.dataset.people!);
  return await Promise.all(
    people.map(async ({ picture, joints }, i) =>
      personInPhoto(`built-in person ${i + 1}`, await fetchPicture(picture), joints)
    ),
  );
}

/** The person of a photo, whose joints lie at `joints` in its pixels; the frame shows them closely. */
export function personInPhoto(name: string, photo: Picture, joints: Joints): Person {
  return { name, sample: (frame) => subjectIn(name, photo, joints, frame).sample };
}
