using System.Runtime.CompilerServices;

namespace GpuContainers;

/// <summary>Which guard is taken out. This file is compiled in the scratch tree of `make test-mutations` alone.</summary>
public static class Mutant
{
    // eng/mutate.py writes the mutation's name over the dots of a copy of the built program; for tests in one process the variable says it.
    private static ReadOnlySpan<byte> Active => "MUTANT:........................................"u8;

    /// <summary>Whether it is this one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Is(string name)
    {
        ReadOnlySpan<byte> active = Active[7..];
        for (int i = 0; i < name.Length; i++)
        {
            if (active[i] != name[i])
                return Environment.GetEnvironmentVariable("MUTANT") == name;
        }
        return active[name.Length] == '.';
    }
}
