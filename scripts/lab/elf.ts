/**
 * Makes a static Linux program that writes a greeting to standard output and exits with 0, as an ELF64 file of one
 * segment that is loaded whole:
 *     0x00  file header (64 bytes)
 *     0x40  program header (56 bytes)
 *     0x78  machine code, then the greeting
 * It needs no library, no shell and no other file, so an image that holds only this program runs.
 * Source: System V ABI, "Object Files"; the system call tables of Linux for x86-64 and arm64. Pure.
 */
const fileHeaderBytes = 64;
const programHeaderBytes = 56;
const codeOffset = fileHeaderBytes + programHeaderBytes;
const loadAddress = 0x400000;
/** The longest greeting that fits in arm64's 16 bit immediate. */
const maxGreetingBytes = 0xffff;

interface Machine {
  /** e_machine of the file header. */
  elfMachine: number;
  /** The code; the greeting of this many bytes follows it directly. */
  createCode: (greetingBytes: number) => Buffer;
}

const machines = {
  amd64: { elfMachine: 62, createCode: createAmd64Code },
  arm64: { elfMachine: 183, createCode: createArm64Code },
} satisfies Record<string, Machine>;

export type HelloArchitecture = keyof typeof machines;

export const isHelloArchitecture = (architecture: string): architecture is HelloArchitecture =>
  Object.hasOwn(machines, architecture);

export function createHelloBinary(greeting: string, architecture: HelloArchitecture = 'amd64'): Buffer {
  const text = Buffer.from(greeting, 'utf8');
  if (text.length > maxGreetingBytes) throw new RangeError(`a greeting has at most ${maxGreetingBytes} bytes`);
  const { elfMachine, createCode } = machines[architecture];
  const body = Buffer.concat([createCode(text.length), text]);
  return Buffer.concat([createFileHeader(elfMachine), createProgramHeader(codeOffset + body.length), body]);
}

function createFileHeader(elfMachine: number): Buffer {
  const header = Buffer.alloc(fileHeaderBytes);
  header.write('\x7fELF', 0, 'latin1');
  header.set([2, 1, 1], 4); // 64 bit, little endian, ELF version 1
  header.writeUInt16LE(2, 16); // an executable at a fixed address
  header.writeUInt16LE(elfMachine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(loadAddress + codeOffset), 24); // entry point
  header.writeBigUInt64LE(BigInt(fileHeaderBytes), 32); // where the program headers begin
  header.writeUInt16LE(fileHeaderBytes, 52);
  header.writeUInt16LE(programHeaderBytes, 54);
  header.writeUInt16LE(1, 56); // number of program headers
  header.writeUInt16LE(64, 58); // size of a section header, of which there are none
  return header;
}

function createProgramHeader(fileBytes: number): Buffer {
  const header = Buffer.alloc(programHeaderBytes);
  header.writeUInt32LE(1, 0); // load this part of the file
  header.writeUInt32LE(5, 4); // readable and executable
  header.writeBigUInt64LE(BigInt(loadAddress), 16);
  header.writeBigUInt64LE(BigInt(loadAddress), 24);
  header.writeBigUInt64LE(BigInt(fileBytes), 32);
  header.writeBigUInt64LE(BigInt(fileBytes), 40);
  header.writeBigUInt64LE(0x10000n, 48); // 64 KiB, the largest page size that arm64 kernels use
  return header;
}

function createAmd64Code(greetingBytes: number): Buffer {
  const exit = [0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05]; // mov eax,60 (exit); xor edi,edi; syscall
  const afterLea = Buffer.from([0xba, 0, 0, 0, 0, 0x0f, 0x05, ...exit]); // mov edx,bytes; syscall; exit
  afterLea.writeUInt32LE(greetingBytes, 1);
  const start = [0xb8, 1, 0, 0, 0, 0xbf, 1, 0, 0, 0]; // mov eax,1 (write); mov edi,1 (standard output)
  const lea = Buffer.from([0x48, 0x8d, 0x35, 0, 0, 0, 0]); // lea rsi,[rip+distance to the greeting]
  lea.writeInt32LE(afterLea.length, 3);
  return Buffer.concat([Buffer.from(start), lea, afterLea]);
}

function createArm64Code(greetingBytes: number): Buffer {
  const instructions = [
    0xd2800020, // mov x0,#1 (standard output)
    0x100000e1, // adr x1,#28: the greeting, seven instructions further
    0xd2800002 + greetingBytes * 32, // mov x2,#bytes
    0xd2800808, // mov x8,#64 (write)
    0xd4000001, // svc #0
    0xd2800000, // mov x0,#0
    0xd2800ba8, // mov x8,#93 (exit)
    0xd4000001, // svc #0
  ];
  const code = Buffer.alloc(instructions.length * 4);
  instructions.forEach((instruction, index) => code.writeUInt32LE(instruction, index * 4));
  return code;
}
