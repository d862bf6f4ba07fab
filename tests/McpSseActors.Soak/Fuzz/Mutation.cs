using McpSseActors.TestServer.Faults;

namespace McpSseActors.Soak.Fuzz;

/// <summary>Spoils bytes in place: changes, removes, doubles, swaps or inserts some.</summary>
internal static class Mutation
{
    private static readonly byte[] Telling = [0, (byte)'\r', (byte)'\n', (byte)':', (byte)' ', 0x7F, 0x80, 0xBF, 0xC3, 0xEF, 0xFF];

    /// <summary>Spoils the first <paramref name="length"/> bytes of a buffer a few times; gives their new length.</summary>
    public static int Apply(Span<byte> buffer, int length, SeededRandom random)
    {
        for (var times = random.Between(1, 4); times > 0 && length > 0; times--)
        {
            var at = random.Below(length);
            var count = Math.Min(random.Between(1, 16), length - at);
            var room = Math.Min(count, buffer.Length - length);
            switch (random.Below(5))
            {
                case 0:
                    buffer[at] ^= (byte)(1 << random.Below(8));
                    break;
                case 1:
                    buffer[at] = random.Pick<byte>(Telling);
                    break;
                case 2:
                    buffer[(at + count)..length].CopyTo(buffer[at..]);
                    length -= count;
                    break;
                case 3:
                    buffer[at..length].CopyTo(buffer[(at + room)..]);
                    length += room;
                    break;
                default:
                    buffer[at..length].CopyTo(buffer[(at + room)..]);
                    random.Fill(buffer.Slice(at, room));
                    length += room;
                    break;
            }
        }

        return length;
    }
}
