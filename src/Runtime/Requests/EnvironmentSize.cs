using System.Globalization;

namespace GpuContainers.Runtime.Requests;

/// <summary>
/// How much of a container's environment has been read. The kernel starts no program with more than it allows, so a larger one is the attempt of an image to
/// fill the memory of the programs that read it (SEC-27).
/// </summary>
internal sealed class EnvironmentSize
{
    // Three quarters of the 8 MiB that the kernel gives a new stack: arguments, variables and a pointer to each.
    private const long Limit = 6 << 20;

    // Eight times what the kernel takes for one.
    private const int VariableLimit = 1 << 20;

    private const int PointerAndEnd = 9;

    private long _sum;

    /// <summary>Counts one more entry.</summary>
    /// <param name="entry">As <c>process.env</c> has it.</param>
    /// <exception cref="CoreException">No program could be started with it.</exception>
    internal void Add(string entry)
    {
        _sum += entry.Length + PointerAndEnd;
        if (entry.Length > VariableLimit)
            throw TooLarge($"{Name(entry)} in process.env of config.json has {Text(entry.Length)} characters");
        if (_sum > Limit)
            throw TooLarge($"process.env of config.json takes more than {Text(Limit)} bytes");
    }

    private static CoreException TooLarge(string fact) =>
        new($"{fact}, with which the kernel starts no program", "give the container a smaller environment");

    private static string Name(string entry)
    {
        int equals = entry.IndexOf('=');
        return Diagnostics.ShownValues.One(equals > 0 ? entry[..equals] : entry);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
