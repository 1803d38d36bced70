using System.Globalization;

namespace GpuContainers.Simulator.Description;

/// <summary>A MIG profile in the numbers that NVML gives for it (nvml.h, NVML_GPU_INSTANCE_PROFILE_*).</summary>
/// <param name="Slices">Compute slices.</param>
/// <param name="MemoryGb">Memory in GB, as in the profile's name.</param>
/// <param name="Number">The GPU instance profile's number.</param>
/// <param name="Id">The GPU instance profile's id on the GPU.</param>
/// <param name="ComputeNumber">The compute instance profile's number; its id is the same here.</param>
internal readonly record struct MigProfile(uint Slices, uint MemoryGb, uint Number, uint Id, uint ComputeNumber)
{
    /// <summary>Reads "3g.71gb", "1g.5gb+me", "1g.24gb+gfx".</summary>
    internal static bool TryParse(string text, out MigProfile profile)
    {
        profile = default;
        string[] halves = text.Split('+');
        string[] parts = halves[0].Split('.');
        if (halves.Length > 2 || parts.Length != 2 || !parts[0].EndsWith('g') || !parts[1].EndsWith("gb", StringComparison.Ordinal))
            return false;
        if (!uint.TryParse(parts[0][..^1], NumberStyles.None, null, out uint slices)
            || !uint.TryParse(parts[1][..^2], NumberStyles.None, null, out uint memory))
            return false;
        (uint Number, uint Id)? known = (slices, halves.Length == 2 ? halves[1] : "") switch
        {
            (1, "") => (0, 19),
            (2, "") => (1, 14),
            (3, "") => (2, 9),
            (4, "") => (3, 5),
            (7, "") => (4, 0),
            (1, "me") => (7, 20),
            (2, "me") => (8, 21),
            (1, "gfx") => (10, 47),
            (2, "gfx") => (11, 46),
            (4, "gfx") => (12, 45),
            _ => null,
        };
        uint compute = slices switch { 1 => 0, 2 => 1, 3 => 2, 4 => 3, _ => 4 };
        if (known is { } k)
            profile = new MigProfile(slices, memory, k.Number, k.Id, compute);
        return known is not null;
    }
}
