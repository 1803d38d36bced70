using GpuContainers.Oci;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>One change of a specification, with everything it needs at hand. All are prepared before the first is made (RT-151).</summary>
/// <param name="specification">The specification to change.</param>
internal delegate void Modification(OciDocument specification);
