using System.Globalization;

namespace GpuContainers.Simulator.Description;

/// <summary>Decides what a description leaves open about its GPUs.</summary>
internal static class SimulatedGpus
{
    // The bus numbers of the eight GPUs of a usual server board; further boards get a PCI domain of their own.
    private static readonly byte[] BusNumbers = [0x18, 0x2a, 0x3a, 0x5d, 0x9a, 0xab, 0xba, 0xdb];

    /// <summary>The GPUs in the order of NVML, which counts by PCI bus id.</summary>
    internal static IReadOnlyList<SimulatedGpu> Resolve(HostDescription description)
    {
        var gpus = new List<SimulatedGpu>();
        foreach (GpuDescription source in description.Gpus)
        {
            for (int i = 0; i < source.Count; i++)
            {
                uint place = (uint)gpus.Count;
                string uuid = source.Uuid ?? $"GPU-{0x2f4d1a00 + place:x8}-7c3e-4b6a-9d21-{0x5e8f4a000000 + place:x12}";
                string bus = source.BusId ?? $"{place / 8:x4}:{BusNumbers[place % 8]:x2}:00.0";
                gpus.Add(new SimulatedGpu(0, source.Minor ?? place, uuid, bus, source, ResolveMig(source, place)));
            }
        }
        int index = 0;
        return [.. gpus.OrderBy(g => g.BusId, StringComparer.Ordinal).Select(g => g with { Index = g.Source.Excluded ? -1 : index++ })];
    }

    private static List<SimulatedMigDevice>? ResolveMig(GpuDescription source, uint place)
    {
        if (source.Mig is null)
            return null;
        var devices = new List<SimulatedMigDevice>();
        foreach (MigDescription mig in source.Mig)
        {
            _ = MigProfile.TryParse(mig.Profile, out MigProfile profile);
            uint index = mig.Index ?? (uint)devices.Count;
            string uuid = mig.Uuid ?? $"MIG-{0x6b10c300 + (place << 4) + index:x8}-1d5f-5e2a-8c44-{0x91b7d2000000 + (place << 4) + index:x12}";
            devices.Add(new SimulatedMigDevice(index, uuid, mig.GpuInstance, mig.ComputeInstance, profile));
        }
        return devices;
    }
}

/// <summary>A GPU with everything decided.</summary>
/// <param name="Index">Its place in the order of NVML; -1 for one that NVML does not count.</param>
/// <param name="Minor">The N of /dev/nvidiaN.</param>
/// <param name="Uuid">"GPU-…".</param>
/// <param name="BusId">Such as "0000:18:00.0".</param>
/// <param name="Source">What the description says.</param>
/// <param name="Mig">Its MIG devices; null when MIG is off.</param>
internal sealed record SimulatedGpu(
    int Index, uint Minor, string Uuid, string BusId, GpuDescription Source, IReadOnlyList<SimulatedMigDevice>? Mig);

/// <summary>A MIG device with everything decided.</summary>
/// <param name="Index">Its place among the MIG devices of the GPU.</param>
/// <param name="Uuid">"MIG-…".</param>
/// <param name="GpuInstance">The GPU instance's number.</param>
/// <param name="ComputeInstance">The compute instance's number.</param>
/// <param name="Profile">Its profile.</param>
internal sealed record SimulatedMigDevice(uint Index, string Uuid, uint GpuInstance, uint ComputeInstance, MigProfile Profile);

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
