namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>All chance of the boundary fuzzer: equal numbers, equal throws, on every machine and with every version of .NET.</summary>
internal sealed class Dice(ulong seed, ulong number)
{
    private const ulong Step = 0x9e3779b97f4a7c15;
    private ulong _state = (seed * Step) ^ ((number + 1) * 0xd1342543de82ef95);

    /// <summary>A number from zero up to, and without, the limit.</summary>
    internal int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>True in that many of a hundred throws.</summary>
    internal bool Chance(int percent) => Below(100) < percent;

    /// <summary>One of these.</summary>
    internal T Pick<T>(params IReadOnlyList<T> things) => things[Below(things.Count)];

    /// <summary>A number that is small in most throws, and then large: each size about as often as its double.</summary>
    internal int Size(int most)
    {
        int size = 1;
        while (size < most && Chance(70))
            size *= 2;
        return Math.Min(most, Below(size) + 1);
    }

    // SplitMix64.
    private ulong Next()
    {
        _state += Step;
        ulong mixed = (_state ^ (_state >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
}
