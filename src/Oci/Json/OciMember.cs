namespace GpuContainers.Oci.Json;

/// <summary>A member that the OCI runtime specification knows: its name, its type, and the slot it fills if this program cares for it.</summary>
internal readonly record struct OciMember(string Name, OciType Type, OciSlot Slot = OciSlot.None);
