namespace GpuContainers.Generation.Modes;

/// <summary>What a mode found: devices with their names, and what every container gets with any of them.</summary>
/// <param name="Devices">The devices.</param>
/// <param name="Common">The edits common to all.</param>
internal sealed record Generated(List<CdiDevice> Devices, ContainerEdits Common)
{
    /// <summary>The devices, then the common edits; a failure of the latter says so (GN-90).</summary>
    /// <exception cref="GenerationException">Either failed.</exception>
    internal static Generated From(Func<List<CdiDevice>> devices, Func<ContainerEdits> common)
    {
        List<CdiDevice> found = devices();
        try
        {
            return new Generated(found, common());
        }
        catch (Exception problem) when (problem is HostException or GenerationException)
        {
            throw new GenerationException(GenerationStep.CommonEdits, problem.Message, problem);
        }
    }
}
