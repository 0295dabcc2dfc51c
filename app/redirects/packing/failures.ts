/** Why no table can be built. Each throws, and the module is used no more. */

export declare function outOfMemory(): void;

/** More slots than LONGEST_RUN are taken one behind the other. */
export declare function tooCrowded(): void;
