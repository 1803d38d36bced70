using GpuContainers.Ctk.Doctor;

namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>One machine and what a check says about it.</summary>
/// <param name="Code">The check.</param>
/// <param name="Verdict">The worst verdict of its findings.</param>
/// <param name="Seen">What that finding says; the folder of the simulated machine is taken out.</param>
/// <param name="Change">What makes the machine of the healthy one.</param>
internal sealed record DoctorCase(string Code, Verdict Verdict, string Seen, Action<SimulatedTree> Change)
{
    /// <summary>The description of the machine; null for the healthy one.</summary>
    public string? Host { get; init; }
}
