using System.Text;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Elf.Tests.Cache;

/// <summary>Names of an image as keys: nobody can choose many that have one hash.</summary>
[Requirement("SEC-24")]
public sealed class ByteEqualityTests
{
    // Under FNV-1a, which has no secret, such names are found in no time.
    [Fact]
    public void Names_that_were_chosen_against_another_hash_do_not_collide()
    {
        Dictionary<uint, string> seen = [];
        var pair = ("", "");
        for (int i = 0; pair.Item1.Length == 0; i++)
        {
            string name = $"lib{i}.so";
            if (!seen.TryAdd(Fnv(name), name))
                pair = (seen[Fnv(name)], name);
        }
        Assert.Equal(Fnv(pair.Item1), Fnv(pair.Item2));
        Assert.NotEqual(Hash(pair.Item1), Hash(pair.Item2));
    }

    [Fact]
    public void Equal_names_have_equal_hashes_whatever_their_length()
    {
        for (int length = 0; length < 40; length++)
        {
            string name = new('x', length);
            Assert.Equal(Hash(name), Hash(name));
            Assert.NotEqual(Hash(name), Hash(name + "x"));
            Assert.True(ByteEquality.Instance.Equals(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(name)));
        }
    }

    private static int Hash(string name) => ByteEquality.Instance.GetHashCode(Encoding.UTF8.GetBytes(name));

    private static uint Fnv(string name)
    {
        uint hash = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(name))
            hash = unchecked((hash ^ b) * 16777619);
        return hash;
    }
}
