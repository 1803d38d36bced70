namespace GpuContainers.Runtime.Requests;

/// <summary>
/// How much of a container's environment has been read. The kernel starts no program with more than it allows, so a larger one is the attempt of an image to
/// fill the memory of the programs that read it (SEC-28).
/// </summary>
internal sealed class EnvironmentSize
{
    private const int MostVariables = 131_072;

    // The kernel takes 128 KiB for one, and 6 MiB for all with the arguments.
    private const int MostOfOne = 512 << 10;
    private const long MostOfAll = 6 << 20;

    private int _count;
    private long _length;

    /// <summary>Counts one more entry.</summary>
    /// <param name="entry">As <c>process.env</c> has it.</param>
    /// <exception cref="CoreException">No program could be started with so many.</exception>
    internal void Add(string entry)
    {
        _count++;
        _length += entry.Length;
        if (_count > MostVariables || entry.Length > MostOfOne || _length > MostOfAll)
            throw new CoreException(
                $"process.env of config.json has more than {MostVariables} entries, {MostOfAll >> 20} MiB, or {MostOfOne >> 10} KiB in one: no program can be "
                    + "started with them",
                "remove variables from the image or the request");
    }
}
